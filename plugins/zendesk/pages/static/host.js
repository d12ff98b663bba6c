// @ts-check
// What every page does with its host: its client, its colours, its way to sign in, its words when something is away.

import { Attune } from "./api.js";
import { el, sign } from "./dom.js";

export const main = /** @type {HTMLElement} */ (document.getElementById("card"));
export const attune = new Attune(meta("attune-api"), meta("attune-bearer"));
/** @type {any} the host's own client; nothing outside of it */
export const client = "ZAFClient" in window ? /** @type {any} */ (window).ZAFClient.init() : false;

/** @param {string} name */
function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") || "";
}

/** @param {string} title @param {string} more @param {Node} [action] */
export function message(title, more, action) {
  main.replaceChildren(el("section", { class: "head quiet", role: "alert" }, el("h1", {}, sign("unknown"), title), el("p", { class: "muted" }, more), action || ""));
}

export function signIn() {
  message("Please sign in again", "For your safety the sign-in ends after a while. Reload the Zendesk page to go on; your reply is not affected.");
}

/** Says what keeps the page from being drawn at all, and whether something does. */
export function isKept() {
  if (!attune.bearer) {
    if (document.body.dataset.status === "503") message("Attune cannot be reached", "Your reply is not affected. Try again in a moment.");
    else signIn();
    return true;
  }
  if (!client) message("Open this inside Zendesk", "Attune shows a card beside tickets, users and organizations, and a page of its own.");
  return !client;
}

/** Takes the host's colours, light or dark, and follows them. */
export async function theme() {
  /** @param {unknown} scheme */
  const apply = (scheme) => { if (scheme === "dark" || scheme === "light") document.documentElement.dataset.theme = scheme; };
  client.on("colorScheme.changed", apply);
  try {
    apply((await client.get("colorScheme")).colorScheme);
  } catch (unknown) {
    // An older host has no colour scheme; the system's own is taken then.
  }
}

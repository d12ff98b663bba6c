// @ts-check
// The page: who asks, about which record, and what is drawn when.

import { actions } from "./actions.js";
import { Refused } from "./api.js";
import { draw, noun } from "./card.js";
import { Coach } from "./coach.js";
import { el, sign, time } from "./dom.js";
import { attune, client, isKept, main, message, signIn, theme } from "./host.js";

const EVERY_MS = 60_000;
const STALE_MS = 15 * 60_000;
const ID_OF = { ticket_sidebar: "ticket.id", user_sidebar: "user.id", organization_sidebar: "organization.id" };

const NEW = { ticket_sidebar: "ticket", user_sidebar: "user", organization_sidebar: "organization" };

const place = /** @type {keyof typeof ID_OF} */ (document.body.dataset.place);
const kind = /** @type {string} */ (document.body.dataset.kind);
/** @type {Coach | null} */
let coach = null;
let fetchedAt = 0;
let record = "";

async function start() {
  if (isKept()) return undefined;
  await theme();
  client.on("app.activated", () => refresh());
  record = String((await client.get(ID_OF[place]))[ID_OF[place]] || "");
  if (!record) return message("Nothing scored yet", `Scores appear once the ${NEW[place]} is saved and a customer's message was read.`);
  if (kind === "cases") {
    const base = `/cases/${encodeURIComponent(record)}`;
    coach = new Coach(client, (text, signal) => attune.post(`${base}/draft`, { text }, signal), (outcome) => attune.post(`${base}/draft/outcome`, outcome));
    coach.start();
  }
  await refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, EVERY_MS);
}

async function refresh() {
  try {
    const card = await attune.get(`/${kind}/${encodeURIComponent(record)}`);
    fetchedAt = Date.now();
    show(card);
    await interrupt(card);
  } catch (refused) {
    if (refused instanceof Refused && refused.status === 401) return signIn();
    degraded();
  }
}

/**
 * Interrupts for a raised flag: the server says yes once a case in ten minutes, whoever has it open.
 * @param {any} card
 */
async function interrupt(card) {
  if (!card.alert || !card.may.includes("dismiss")) return;
  const answer = await attune.post(`/${kind}/${encodeURIComponent(record)}/alert`, {}).catch(() => ({ done: false }));
  if (answer.done) client.invoke("notify", `Attune: ${card.state.words}`, "alert").catch(() => undefined);
}

/** @param {any} card */
function show(card) {
  if (isBusy()) return;
  const opened = Boolean(main.querySelector("details[open]"));
  const base = `/${kind}/${encodeURIComponent(record)}`;
  const parts = draw(card);
  const acts = actions(card, (path, body) => attune.post(base + path, body), refresh);
  const writes = coach && card.may.includes("draft") ? coach.section : null;
  const details = parts.length && parts[parts.length - 1] instanceof HTMLDetailsElement ? parts.pop() : null;
  main.replaceChildren(...parts, ...(/** @type {Node[]} */ ([writes, acts, details, foot()].filter(Boolean))));
  if (opened) main.querySelector("details")?.setAttribute("open", "");
}

/** A form that is being filled in is not drawn over. */
function isBusy() {
  const form = main.querySelector("form");
  return Boolean(form && !form.hidden);
}

function degraded() {
  main.querySelector(".offline")?.remove();
  const old = fetchedAt ? Date.now() - fetchedAt > STALE_MS : false;
  const words = fetchedAt
    ? el("p", { class: "note" }, sign("watch"), `Attune cannot be reached. ${old ? "What stands here is old: it" : "What stands here"} is from `, time(new Date(fetchedAt).toISOString()), ".")
    : null;
  if (words) return main.prepend(el("div", { class: "notes offline", role: "status" }, words));
  message("Attune cannot be reached", `Your reply is not affected. The card for this ${noun(kind)} comes back by itself.`, el("button", { type: "button", click: () => refresh() }, "Try again"));
}

function foot() {
  return el(
    "footer",
    { class: "foot" },
    el("p", {}, "Advice from reading the text. A person decides."),
    el("p", {}, "Updated ", time(new Date(fetchedAt).toISOString()), " ", el("button", { type: "button", class: "link", click: () => refresh() }, "Refresh")),
  );
}

/** The host's tray is as high as the card. */
function fit() {
  const observer = new ResizeObserver(() => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    client.invoke("resize", { width: "100%", height: `${height}px` }).catch(() => undefined);
  });
  observer.observe(document.body);
}

start().catch(() => degraded());
if (client) fit();

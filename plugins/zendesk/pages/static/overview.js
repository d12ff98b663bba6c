// @ts-check
// The page of leads and admins: what is at risk now, what is open, whether everything arrives, the way to the console.

import { Refused } from "./api.js";
import { el, sign, time } from "./dom.js";
import { attune, client, isKept, main, message, signIn, theme } from "./host.js";

// Every look at scores stands in the trail; the page does not look more often than people do.
const EVERY_MS = 5 * 60_000;
/** @type {Record<string, string[]>} */
const QUIET = {
  no_view: ["No view for your role", "This page is for team leads and admins. Ask your admin if you need to see it."],
  observing: ["Trial period", "Scores are being kept and checked, and not shown yet."],
  only_delivery: ["Cases are shown to team leads", "Below you see whether everything arrives and is written."],
};
/** @type {Record<string, string>} */
const ROUTES = { case: "ticket", person: "user", account: "organization" };
/** @typedef {Record<string, any>} Found */
let fetchedAt = 0;

async function start() {
  if (isKept()) return;
  await theme();
  client.on("app.activated", () => refresh());
  await refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, EVERY_MS);
}

async function refresh() {
  try {
    const found = await attune.get("/overview");
    fetchedAt = Date.now();
    main.replaceChildren(...draw(found));
  } catch (refused) {
    if (refused instanceof Refused && refused.status === 401) return signIn();
    degraded();
  }
}

/** @param {Found} found @returns {Node[]} */
function draw(found) {
  const parts = [notes(found), head(found), cases(found), tasks(found), delivery(found), hinted(found), foot()];
  return /** @type {Node[]} */ (parts.filter(Boolean));
}

/** @param {Found} found */
function notes(found) {
  if (!found.notes.length) return null;
  return el("div", { class: "notes", role: "status" }, ...found.notes.map((/** @type {string} */ words) => el("p", { class: "note" }, sign("watch"), words)));
}

/** @param {Found} found */
function head(found) {
  const [title, more] = QUIET[found.code] || [found.words, found.code === "calm" ? "Nothing needs you at the moment." : "The most urgent first. A person decides; this is advice from reading text."];
  const name = found.code === "risk" ? (found.cases[0]?.band || "high") : found.code === "calm" ? "calm" : "unknown";
  return el("section", { class: found.code === "risk" || found.code === "calm" ? `head ${name}` : "head quiet", "aria-labelledby": "state" }, el("h1", { id: "state" }, sign(name), title), el("p", { class: "muted" }, more));
}

/** @param {Found} found */
function cases(found) {
  if (!found.cases.length) return null;
  return list("cases", "Cases at risk", ["Case", "State", "Why", "Due"], found.cases, found.more_cases);
}

/** @param {Found} found */
function tasks(found) {
  if (!found.tasks.length) return found.code === "calm" || found.code === "risk" ? el("section", { "aria-labelledby": "tasks" }, el("h2", { id: "tasks" }, "Open recovery tasks"), el("p", { class: "muted" }, "None is open.")) : null;
  return list("tasks", "Open recovery tasks", ["Record", "Task", "", "Due"], found.tasks, found.more_tasks);
}

/** @param {string} id @param {string} title @param {string[]} heads @param {Found[]} rows @param {number} more */
function list(id, title, heads, rows, more) {
  const table = el(
    "table",
    { "aria-labelledby": id },
    el("thead", {}, el("tr", {}, ...heads.filter(Boolean).map((words) => el("th", { scope: "col" }, words)))),
    el("tbody", {}, ...rows.map((one) => line(one, Boolean(heads[2])))),
  );
  return el("section", { "aria-labelledby": id }, el("h2", { id }, title), el("div", { class: "table" }, table), more ? el("p", { class: "muted small" }, `and ${more} more`) : null);
}

/** @param {Found} one @param {boolean} why */
function line(one, why) {
  const open = el("button", { type: "button", class: "link", click: () => client.invoke("routeTo", ROUTES[one.level], one.id).catch(() => undefined) }, `${ROUTES[one.level]} ${one.id}`);
  return el("tr", { class: one.band || "unknown" }, el("td", {}, open), el("td", { class: "state" }, one.band ? sign(one.band) : null, one.words), why ? el("td", {}, one.more) : null, el("td", {}, due(one.clock)));
}

/** @param {Found | null} clock */
function due(clock) {
  if (!clock) return el("span", { class: "muted" }, "no time set");
  return el("span", { class: clock.late ? "clock late" : "clock" }, el("strong", {}, clock.words), " · ", time(clock.due_at));
}

/** @param {Found} found */
function delivery(found) {
  if (!found.delivery) return null;
  const name = found.healthy ? "calm" : "high";
  const link = found.console ? way(found.console) : null;
  return el("section", { class: name, "aria-labelledby": "delivery" }, el("h2", { id: "delivery" }, "Delivery"), el("p", { class: "inline-sign" }, sign(name), found.delivery), link);
}

/** The way to the console, in a new tab: signed in as the person whom this page was opened for. @param {string} address */
function way(address) {
  const held = /** @type {HTMLInputElement} */ (el("input", { type: "hidden", name: "bearer" }));
  // The newest one: the page may have been open for hours.
  const open = el("button", { class: "link", click: () => { held.value = attune.bearer; } }, "Open the Attune console");
  return el("form", { class: "bare", method: "post", action: `${address}/enter`, target: "_blank" }, held, el("p", {}, open, el("span", { class: "muted small" }, " in a new tab")));
}

/** @param {Found} found */
function hinted(found) {
  if (!found.hinted.length) return null;
  const rows = found.hinted.flatMap((/** @type {Found} */ one) => [el("dt", {}, one.words), el("dd", {}, `${one.accepted} of ${one.accepted + one.ignored} taken up`)]);
  return el("section", { "aria-labelledby": "hinted" }, el("h2", { id: "hinted" }, "Hints on replies, the whole team, 30 days"), el("dl", { class: "pairs" }, ...rows));
}

function degraded() {
  main.querySelector(".offline")?.remove();
  const again = el("button", { type: "button", click: () => refresh() }, "Try again");
  if (!fetchedAt) return message("Attune cannot be reached", "Your tickets are not affected. This page comes back by itself.", again);
  main.prepend(el("div", { class: "notes offline", role: "status" }, el("p", { class: "note" }, sign("watch"), "Attune cannot be reached. What stands here is from ", time(new Date(fetchedAt).toISOString()), ".")));
}

function foot() {
  return el("footer", { class: "foot" }, el("p", {}, "Updated ", time(new Date(fetchedAt).toISOString()), " ", el("button", { type: "button", class: "link", click: () => refresh() }, "Refresh")));
}

start().catch(() => degraded());

// @ts-check
// Draws a card: the state in words first, then what to do, then why, then the details.

import { el, sign, svg, time } from "./dom.js";

/** @typedef {Record<string, any>} Card */

const STATES = {
  not_permitted: ["Not analysed: no permission", "This person's messages are not read by Attune. Everything else works as usual."],
  observing: ["Trial period", "Scores are being kept and checked, and not shown yet."],
  no_view: ["No view for your role", "Ask your admin if you need to see this."],
};
/** @type {Record<string, string[]>} what stands where nothing is known yet, by level */
const EMPTY = {
  case: ["Nothing scored yet", "Scores appear after the customer's first message was read."],
  person: ["Nothing known yet", "What this person allows appears after their first message, or when it is recorded."],
  account: ["Nothing known yet", "Health appears once enough of the account's usage and contacts is known."],
};
const LEVELS = { cases: "case", people: "person", accounts: "account" };
/** @type {Record<string, string>} */
const SIGN_OF = { none: "calm", watch: "watch", high: "high", critical: "critical", green: "calm", amber: "watch", red: "high", on: "calm" };
const TICKS = [30, 55, 80];

/** @param {Card} card @returns {Node[]} */
export function draw(card) {
  return /** @type {Node[]} */ ([notes(card), head(card), step(card), why(card), trend(card), account(card), consent(card), details(card)].filter(Boolean));
}

/** @param {string} kind @returns {string} */
export function noun(kind) {
  return LEVELS[/** @type {keyof typeof LEVELS} */ (kind)] || "record";
}

/** @param {Card} card @param {string} key @returns {any} */
function value(card, key) {
  return card.values.find((/** @type {any} */ one) => one.key === key);
}

/** @param {Card} card */
function notes(card) {
  if (!card.notes.length) return null;
  return el("div", { class: "notes", role: "status" }, ...card.notes.map((/** @type {string} */ words) => el("p", { class: "note" }, sign("watch"), words)));
}

/** @param {Card} card */
function head(card) {
  const known = card.state.code === "empty" ? EMPTY[card.level] : STATES[/** @type {keyof typeof STATES} */ (card.state.code)];
  if (known || card.state.code === "not_scored") {
    const [title, more] = known || ["Not scored", card.state.words];
    return el("section", { class: "head quiet", "aria-labelledby": "state" }, el("h1", { id: "state" }, sign("unknown"), title), el("p", { class: "muted" }, more));
  }
  const band = SIGN_OF[card.state.band] || "unknown";
  const score = value(card, "attune_distress") || value(card, "attune_health_score");
  return el(
    "section",
    { class: `head ${band}`, "aria-labelledby": "state" },
    el("h1", { id: "state" }, sign(band), card.state.words),
    score ? bar(card, score) : null,
  );
}

/** @param {Card} card @param {any} score */
function bar(card, score) {
  const health = score.key === "attune_health_score";
  const name = health ? "Health" : "Distress";
  const said = `${score.value} of 100, ${health ? card.state.words.toLowerCase() : score.words}`;
  const meter = el("div", { class: "bar", role: "meter", "aria-label": name, "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": String(score.value), "aria-valuetext": said });
  const width = Math.max(2, Math.min(100, Number(score.value)));
  meter.append(
    svg(
      "svg",
      { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { class: "track", width: 100, height: 6 }),
      svg("rect", { class: "fill", width, height: 6 }),
      ...(health ? [40, 70] : TICKS).map((at) => svg("rect", { class: "tick", x: at, width: 0.6, height: 6 })),
    ),
  );
  return el("div", { class: "score" }, el("p", { title: score.help }, `${name} `, el("strong", {}, String(score.value)), ` of 100 · ${health ? card.state.words.toLowerCase() : score.words}`), meter);
}

/** @param {Card} card */
function step(card) {
  if (!card.next_step && !card.clock) return null;
  return el(
    "section",
    { class: "step", "aria-labelledby": "step" },
    el("h2", { id: "step" }, "Next step"),
    card.next_step ? el("p", {}, card.next_step) : null,
    card.clock ? el("p", { class: card.clock.late ? "clock late" : "clock" }, clockSign(), el("strong", {}, card.clock.words), " · ", time(card.clock.due_at)) : null,
  );
}

function clockSign() {
  return svg("svg", { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true", class: "sign" }, svg("path", { d: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 1.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM7.25 4v4.6l3 1.8.75-1.3-2.25-1.3V4z", "fill-rule": "evenodd" }));
}

/** @param {Card} card */
function why(card) {
  if (!card.reasons.length) return null;
  return el("section", { "aria-labelledby": "why" }, el("h2", { id: "why" }, card.level === "account" ? "What moved it last" : "Why"), el("ol", { class: "reasons" }, ...card.reasons.map(reason)));
}

/** @param {any} one */
function reason(one) {
  const quote = one.phrase
    ? el("blockquote", {}, one.before, el("mark", {}, one.phrase), one.after)
    : null;
  const where = one.message ? el("span", { class: "muted" }, ` · message\u00a0${one.message}`) : null;
  return el("li", {}, el("p", {}, one.words, where), quote);
}

/** @param {Card} card */
function trend(card) {
  if (!card.trend) return null;
  const values = card.trend.points.map((/** @type {any} */ one) => Number(one.value));
  return el("section", { class: "trend", "aria-labelledby": "trend" }, el("h2", { id: "trend" }, "Trend"), el("div", { class: "row" }, line(values), el("p", {}, card.trend.words)));
}

/** @param {number[]} values */
function line(values) {
  const across = 96 / Math.max(1, values.length - 1);
  const points = values.map((one, index) => [2 + index * across, 30 - (one / 100) * 28]);
  const [x, y] = points[points.length - 1];
  return svg(
    "svg",
    { viewBox: "0 0 102 32", width: 102, height: 32, "aria-hidden": "true", class: "line" },
    svg("polyline", { points: points.map((one) => one.map((part) => part.toFixed(1)).join(",")).join(" "), fill: "none" }),
    svg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 2.5 }),
  );
}

/** @param {Card} card */
function account(card) {
  const band = value(card, "attune_health_band");
  if (!band || card.level === "account") return null;
  const name = { green: "calm", amber: "watch", red: "high" }[/** @type {"green"|"amber"|"red"} */ (band.value)] || "unknown";
  return el("section", { class: `inline ${name}`, "aria-labelledby": "health" }, el("h2", { id: "health" }, "Account health"), el("p", { title: band.help }, sign(name), band.words));
}

/** @param {Card} card */
function consent(card) {
  if (card.level !== "person" || !card.consent.length) return null;
  return el("section", { "aria-labelledby": "consent" }, el("h2", { id: "consent" }, "What this person allows"), purposes(card));
}

/** @param {Card} card */
function purposes(card) {
  const rows = card.consent.flatMap((/** @type {any} */ one) => [el("dt", {}, one.purpose), el("dd", { class: `choice ${one.state}` }, one.words)]);
  return el("dl", { class: "pairs" }, ...rows);
}

/** @param {Card} card */
function details(card) {
  const hidden = ["attune_distress", "attune_risk_flag", "attune_health_band", "attune_health_reasons"];
  const rows = card.values
    .filter((/** @type {any} */ one) => !hidden.includes(one.key))
    .flatMap((/** @type {any} */ one) => [el("dt", { title: one.help }, one.label), el("dd", {}, one.words)]);
  const tasks = card.tasks.map((/** @type {any} */ one) => el("li", {}, one.subject, el("span", { class: "muted" }, " · due ", time(one.due_at))));
  if (!rows.length && !tasks.length && !card.scored_at) return null;
  return el(
    "details",
    {},
    el("summary", {}, "Details"),
    rows.length ? el("dl", { class: "pairs" }, ...rows) : null,
    tasks.length ? el("div", {}, el("h3", {}, "Open tasks"), el("ul", {}, ...tasks)) : null,
    card.level === "case" && card.consent.length ? el("div", {}, el("h3", {}, "Permission"), purposes(card)) : null,
    card.scored_at ? el("p", { class: "muted small" }, "Scored ", time(card.scored_at), ` · rules ${card.rule_version}`) : null,
  );
}

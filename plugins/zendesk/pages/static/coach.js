// @ts-check
// Coaches a reply while it is written. Advice only; a send is held for the hard rules alone, never for being slow.

import { el, sign } from "./dom.js";

const PAUSE_MS = 600;
const HOLD_MS = 400;

export class Coach {
  /**
   * @param {any} client the host's own client
   * @param {(text: string, signal?: AbortSignal) => Promise<any>} judge
   * @param {(outcome: {accepted: string[], ignored: string[], unchecked: boolean}) => Promise<any>} tell
   */
  constructor(client, judge, tell) {
    this.client = client;
    this.judge = judge;
    this.tell = tell;
    /** @type {Set<string>} what this reply was given hints about */
    this.shown = new Set();
    this.unchecked = false;
    this.judged = { text: "", advice: /** @type {any} */ (null) };
    this.off = false;
    this.list = el("div", { class: "hints", role: "status", "aria-live": "polite" });
    this.list.append(el("p", { class: "muted" }, "Hints come as you write."));
    this.section = el("section", { class: "coach", "aria-labelledby": "coach" }, el("h2", { id: "coach" }, "Your reply"), this.list, this.toggle());
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Listens to the editor and to the moment before a ticket is saved. */
  start() {
    this.client.on("comment.text.changed", () => this.later());
    this.client.on("comment.type.changed", () => this.later());
    this.client.on("ticket.save", () => this.beforeSave());
    this.later();
  }

  toggle() {
    const box = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", checked: true }));
    box.addEventListener("change", () => {
      this.off = !box.checked;
      this.list.hidden = this.off;
      if (!this.off) this.later();
    });
    return el("label", { class: "switch" }, box, "Hints for this ticket");
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), PAUSE_MS);
  }

  async check() {
    if (this.off) return;
    const text = await this.draft();
    if (text === this.judged.text) return;
    await this.ask(text);
  }

  /** @param {string} text @param {AbortSignal} [signal] */
  async ask(text, signal) {
    if (!text) {
      this.show({ words: "Hints come as you write.", hints: [] });
      this.judged = { text, advice: null };
      return null;
    }
    try {
      const advice = await this.judge(text, signal);
      this.judged = { text, advice };
      this.show(advice);
      return advice;
    } catch (refused) {
      this.show({ words: "Not checked this time; your reply is sent as it is.", hints: [] });
      return null;
    }
  }

  /** The host waits for this before it saves: an error's words are shown to the agent, anything else lets it save. */
  async beforeSave() {
    const text = await this.draft();
    if (!text) return true;
    const known = text === this.judged.text && this.judged.advice;
    const advice = known ? this.judged.advice : await this.within(text);
    const stops = advice && !advice.proceed ? advice.hints.filter((/** @type {any} */ one) => one.level === "block") : [];
    if (stops.length) throw new Error(`Attune: ${stops[0].words}. ${stops[0].instead}`);
    this.sent(advice);
    return true;
  }

  /**
   * Counts for the team which hints were taken up: those that no longer apply to what is sent.
   * @param {any} advice what was said of the reply that goes out; nothing when it was not checked in time
   */
  sent(advice) {
    this.unchecked = this.unchecked || !advice || advice.verdict === "not_checked";
    const left = new Set(advice ? advice.hints.map((/** @type {any} */ one) => one.code) : []);
    const shown = advice ? [...this.shown] : [];
    const outcome = { accepted: shown.filter((code) => !left.has(code)), ignored: shown.filter((code) => left.has(code)), unchecked: this.unchecked };
    this.shown.clear();
    if (!shown.length && !outcome.unchecked) return;
    // What cannot be told now is told with the next reply; nothing waits for it.
    this.tell(outcome).then(() => { this.unchecked = false; }, () => undefined);
  }

  /** @param {string} text */
  within(text) {
    const limit = new AbortController();
    const late = new Promise((resolve) => setTimeout(() => { limit.abort(); resolve(null); }, HOLD_MS));
    return Promise.race([this.ask(text, limit.signal), late]);
  }

  /** Returns the public reply in the editor as plain text; nothing for notes, which are never read. */
  async draft() {
    try {
      const found = await this.client.get(["comment.text", "comment.type"]);
      if (found["comment.type"] !== "publicReply") return "";
      return plain(String(found["comment.text"] || ""));
    } catch (timeout) {
      return "";
    }
  }

  /** @param {any} advice */
  show(advice) {
    // A language without checked rules gets no guesses: the coach is not there.
    this.section.hidden = advice.verdict === "not_coached";
    for (const one of this.off ? [] : advice.hints) this.shown.add(one.code);
    const items = advice.hints.map(hint);
    this.list.replaceChildren(el("p", { class: "muted" }, advice.words), items.length ? el("ul", {}, ...items) : "");
  }
}

/** @param {any} one */
function hint(one) {
  const shape = { block: "critical", confirm: "high", hint: "watch" }[/** @type {"block"|"confirm"|"hint"} */ (one.level)];
  const label = { block: "Stop", confirm: "Check", hint: "Hint" }[/** @type {"block"|"confirm"|"hint"} */ (one.level)];
  const phrase = one.phrase ? el("q", {}, one.phrase) : null;
  return el("li", { class: shape }, el("p", {}, sign(shape), el("strong", {}, `${label}: `), one.words, phrase ? " " : "", phrase), el("p", { class: "muted" }, one.instead));
}

/**
 * Reads the editor's markup as text without letting it run.
 * @param {string} markup
 */
function plain(markup) {
  const parsed = new DOMParser().parseFromString(markup.replace(/<(br|\/p|\/div|\/li)[^>]*>/gi, "$&\n"), "text/html");
  return (parsed.body.textContent || "").replace(/\u00a0/g, " ").trim().slice(0, 20000);
}

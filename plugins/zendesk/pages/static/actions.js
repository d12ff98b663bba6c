// @ts-check
// What a reader may do: disagree, ask a supervisor, put the alert aside.

import { el } from "./dom.js";

/** @type {[string, string][]} */
const REASONS = [
  ["too_high", "It is less serious than it says"],
  ["too_low", "It is more serious than it says"],
  ["wrong_tone", "The wording was read wrongly"],
  ["not_about_this", "It is not about this customer or matter"],
  ["other", "Something else"],
];

/**
 * @param {Record<string, any>} card
 * @param {(path: string, body: object) => Promise<any>} send
 * @param {() => void} refresh
 * @returns {HTMLElement | null}
 */
export function actions(card, send, refresh) {
  const may = new Set(card.may);
  const told = el("p", { class: "told", role: "status" });
  /** @param {string} path @param {object} body */
  const say = async (path, body) => {
    try {
      told.textContent = (await send(path, body)).words;
      return true;
    } catch (refused) {
      told.textContent = refused instanceof Error && refused.message ? refused.message : "That did not work. Please try again.";
      return false;
    }
  };
  const form = may.has("disagree") ? disagreement(say, refresh) : null;
  const buttons = el(
    "div",
    { class: "buttons" },
    form ? opener(form) : null,
    may.has("call") ? once("Ask supervisor", () => say("/supervisor", {}), refresh) : null,
    may.has("dismiss") && card.alert ? once("Put alert aside", () => say("/dismissal", {}), refresh) : null,
  );
  if (!buttons.childElementCount) return null;
  return el("section", { class: "actions", "aria-label": "Actions" }, buttons, form, told);
}

/** @param {HTMLElement} form */
function opener(form) {
  const button = el("button", { type: "button", "aria-expanded": "false", "aria-controls": "disagree" }, "Disagree");
  const show = (/** @type {boolean} */ open) => {
    form.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => {
    show(form.hidden);
    if (!form.hidden) /** @type {HTMLElement} */ (form.querySelector("input")).focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    show(false);
    button.focus();
  });
  form.addEventListener("closed", () => {
    show(false);
    button.focus();
  });
  return button;
}

/** @param {string} label @param {() => Promise<boolean>} act @param {() => void} refresh */
function once(label, act, refresh) {
  const button = /** @type {HTMLButtonElement} */ (el("button", { type: "button" }, label));
  button.addEventListener("click", async () => {
    button.setAttribute("aria-disabled", "true");
    const done = await act();
    if (!done) button.removeAttribute("aria-disabled");
    if (done) setTimeout(refresh, 1500);
  });
  return button;
}

/** @param {(path: string, body: object) => Promise<boolean>} say @param {() => void} refresh */
function disagreement(say, refresh) {
  const choices = REASONS.map(([name, words], index) =>
    el("label", {}, el("input", { type: "radio", name: "reason", value: name, checked: index === 0 }), words),
  );
  const words = /** @type {HTMLTextAreaElement} */ (el("textarea", { id: "words", rows: "2", maxlength: "500" }));
  const form = /** @type {HTMLFormElement} */ (el(
    "form",
    { id: "disagree", hidden: true },
    el("fieldset", {}, el("legend", {}, "What is wrong?"), ...choices),
    el("label", { for: "words" }, "Anything to add (optional)"),
    words,
    el("div", { class: "buttons" }, el("button", { type: "submit", class: "primary" }, "Send")),
  ));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reason = String(new FormData(form).get("reason"));
    if (!(await say("/disagreement", { reason, words: words.value }))) return;
    form.dispatchEvent(new Event("closed"));
    setTimeout(refresh, 1500);
  });
  return form;
}

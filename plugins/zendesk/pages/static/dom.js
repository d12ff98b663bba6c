// @ts-check
// Builds elements from text only: what customers wrote never becomes markup.

/**
 * @param {string} tag
 * @param {Record<string, string | boolean | ((event: Event) => void)>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter(isShown));
  return made;
}

/**
 * @param {Node | string | null | undefined | false} child
 * @returns {child is Node | string}
 */
function isShown(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...SVGElement} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** @type {Record<string, string>} */
const SIGNS = {
  // Each band has a shape of its own, so that colour never speaks alone.
  calm: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm3.6 5.3-4.3 4.6a.8.8 0 0 1-1.1 0L4.4 9.1l1-1.1 1.3 1.3L10.5 5.2z",
  watch: "M8 3C4 3 1.5 8 1.5 8S4 13 8 13s6.5-5 6.5-5S12 3 8 3zm0 8a3 3 0 1 1 0-6 3 3 0 0 1 0 6zm0-1.7a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6z",
  high: "M8 1.2 15.5 14.5H.5zM7.2 6v4.2h1.6V6zm0 5.3v1.6h1.6v-1.6z",
  critical: "M5 1h6l4 4v6l-4 4H5l-4-4V5zm2.2 3v5h1.6V4zm0 6.3V12h1.6v-1.7z",
  unknown: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM4.5 7.2h7v1.6h-7z",
};

/**
 * @param {string} name
 * @returns {SVGElement}
 */
export function sign(name) {
  const path = svg("path", { d: SIGNS[name] || SIGNS.unknown, "fill-rule": "evenodd" });
  return svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", class: "sign" }, path);
}

/**
 * @param {string} at
 * @returns {HTMLElement}
 */
export function time(at) {
  const when = new Date(at);
  const today = when.toDateString() === new Date().toDateString();
  /** @type {Intl.DateTimeFormatOptions} */
  const form = today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return el("time", { datetime: at, title: when.toLocaleString() }, when.toLocaleString(undefined, form));
}

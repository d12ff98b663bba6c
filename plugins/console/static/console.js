// @ts-check
/* The little that HTML and htmx do not do by themselves. */

/** @param {boolean} is */
function broken(is) {
  const note = document.getElementById("broken");
  if (note) note.hidden = !is;
}

document.addEventListener("htmx:sendError", () => broken(true));
document.addEventListener("htmx:responseError", () => broken(true));
document.addEventListener("htmx:afterOnLoad", () => broken(false));

// A dangerous form asks first: <form data-sure="...">. The server asks for its own confirmation as well.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const sure = form.dataset.sure;
  if (sure && !window.confirm(sure)) event.preventDefault();
});

// What went wrong is read out and reached first.
document.getElementById("wrong")?.scrollIntoView({ block: "nearest" });

// What renews itself waits while somebody reads on in it, has chosen something, or looks elsewhere.
document.addEventListener("htmx:beforeRequest", (event) => {
  const place = /** @type {HTMLElement} */ (event.target);
  if (!place.getAttribute("hx-trigger")?.startsWith("every")) return;
  const busy = place.querySelector("details[open], :checked") || place.contains(document.activeElement);
  if (document.hidden || busy) event.preventDefault();
});

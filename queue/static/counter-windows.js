// @ts-check
// The counter's small windows. A window stays open, with all that was typed, until its step has succeeded.

import { servicesOf, make, say, write } from "./counter-page.js";

/** @typedef {(form: HTMLFormElement) => Promise<{ refused?: Error } | string | void> | string | void} Send */

/** @param {string} name @returns {HTMLDialogElement} */
export function windowOf(name) {
  const found = document.querySelector(`dialog[data-dialog="${name}"]`);
  if (!(found instanceof HTMLDialogElement)) throw new Error(`the page lacks the window ${name}`);
  return found;
}

/** @param {HTMLDialogElement} shown @param {string} text "" for none */
export function problemIn(shown, text) {
  const box = shown.querySelector("[data-window-problem]");
  if (!(box instanceof HTMLElement)) return;
  box.hidden = !text;
  write(box, text);
}

/**
 * Opens a window.
 * @param {string} name
 * @param {{ title?: string, fill?: (form: HTMLFormElement) => void, send?: Send }} [how] `send` gives back what is
 *   refused, in words or as the answer of `run`; nothing closes the window
 */
export function openWindow(name, { title, fill, send } = {}) {
  const shown = windowOf(name);
  const form = /** @type {HTMLFormElement} */ (shown.querySelector("form"));
  form.reset();
  problemIn(shown, "");
  if (title) write(/** @type {Element} */ (shown.querySelector("h2")), title);
  fill?.(form);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const said = await send?.(form);
    const refused = typeof said === "string" ? said : said?.refused?.message;
    if (refused) problemIn(shown, refused);
    else shown.close();
  };
  form.onkeydown = (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLSelectElement)) return;
    event.preventDefault(); // as in every other field; arrows choose, Alt and an arrow open the list
    form.requestSubmit();
  };
  if (!shown.open) shown.showModal();
  const first = form.querySelector("[autofocus], input:not([hidden], [type=radio]:not(:checked)), select, textarea");
  if (first instanceof HTMLElement) first.focus();
}

/**
 * Offers services to choose from, with how many; a search leaves those that fit and those chosen.
 * @param {HTMLFormElement} form with [data-picker]
 * @param {{ office?: string, chosen?: Map<string, number>, without?: Set<string> }} [how]
 */
export function fillPicker(form, { office, chosen = new Map(), without = new Set() } = {}) {
  const box = /** @type {HTMLElement} */ (form.querySelector("[data-offers]"));
  const legend = /** @type {Element} */ (box.querySelector("legend"));
  const offers = servicesOf(office).filter(({ slug }) => !without.has(slug));
  box.replaceChildren(legend, ...offers.map(({ slug, name, most }) => make("label", { class: "service-row" },
    make("input", { type: "checkbox", name: "service", value: slug, checked: chosen.has(slug) }),
    make("span", {}, name),
    make("input", {
      type: "number", name: `count-${slug}`, value: String(chosen.get(slug) ?? 1), min: "1", max: String(most),
      "aria-label": say("how_many", { name }),
    }))));
  const search = form.querySelector("[data-filter]");
  if (!(search instanceof HTMLInputElement)) return;
  search.oninput = () => filter(box, search.value);
  search.onkeydown = (event) => moveOffer(box, event);
  box.onchange = () => offer(box);
  filter(box, search.value);
}

/** @param {HTMLElement} box @param {string} text */
function filter(box, text) {
  for (const row of box.querySelectorAll(".service-row")) {
    const chosen = row.querySelector("input[type=checkbox]:checked") !== null;
    const fits = row.textContent?.toLowerCase().includes(text.toLowerCase().trim()) ?? false;
    /** @type {HTMLElement} */ (row).hidden = !(fits || chosen);
  }
  offer(box, text.trim() ? 0 : -1);
}

/** @param {HTMLElement} box */
const left = (box) => [...box.querySelectorAll(".service-row:not([hidden])")];

/** Marks the row that Enter takes while nothing is ticked. @param {HTMLElement} box @param {number} [index] none without */
function offer(box, index = -1) {
  const rows = box.querySelector(":checked") ? [] : left(box);
  const offered = rows[rows.length === 1 ? 0 : index];
  for (const row of box.querySelectorAll(".service-row")) row.classList.toggle("is-offered", row === offered);
  offered?.scrollIntoView({ block: "nearest" });
}

/** The arrows choose another of those that the search has left. @param {HTMLElement} box @param {KeyboardEvent} event */
function moveOffer(box, event) {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!move) return;
  event.preventDefault();
  const index = left(box).findIndex((row) => row.classList.contains("is-offered")) + move;
  offer(box, Math.min(Math.max(index, 0), left(box).length - 1));
}

/**
 * What is ticked; else the one service that the search offers.
 * @param {HTMLFormElement} form
 * @returns {{ slug: string, count: number }[]}
 */
export function chosenServices(form) {
  const data = new FormData(form);
  const offered = form.querySelector(".is-offered input[type=checkbox]");
  const ticked = data.getAll("service");
  const only = offered instanceof HTMLInputElement ? [offered.value] : [];
  return (ticked.length > 0 ? ticked : only).map((slug) => ({
    slug: String(slug), count: Number(data.get(`count-${slug}`)) || 1,
  }));
}

/** @param {HTMLFormElement} form @param {string} name @returns {string} what was typed there, without spaces around */
export const typed = (form, name) => String(new FormData(form).get(name) ?? "").trim();

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("dialog [data-cancel]") : null;
  button?.closest("dialog")?.close();
});

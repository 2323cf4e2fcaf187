// @ts-check
// Moving through the rows by keyboard, and the small menu of what can be done with one.

import { make, part, say } from "./counter-page.js";

/** @typedef {{ steps: (row: HTMLElement) => string[], choose: (step: string, row: HTMLElement) => void }} Doing */

/** @type {HTMLElement | null} */
let menu = null;
let closed = () => {};

/** Whether rows must keep their places: somebody points at them, moves through them or has a menu open. */
export const isHeld = () =>
  menu !== null || part("panel").matches(":hover") || part("rows").contains(document.activeElement);

const all = () => /** @type {HTMLElement[]} */ ([...part("rows").children]);

/** @param {HTMLElement | undefined} row */
function focusRow(row) {
  if (!row) return part("panel").focus();
  for (const one of all()) one.tabIndex = one === row ? 0 : -1;
  row.focus();
  return undefined;
}

/** The first row, or that of a ticket. @param {number} [id] */
export const focusList = (id) => focusRow(all().find((row) => id === undefined || row.dataset.id === String(id)));

/** The row at a place, or the last. @param {number} index */
export const focusAt = (index) => focusRow(all()[index] ?? all().at(-1));

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
const rowOf = (target) => (target instanceof Element ? target.closest("[data-rows] tr") : null);

/** @param {KeyboardEvent} event @param {HTMLElement[]} those @param {HTMLElement} at */
function moved({ key }, those, at) {
  const index = those.indexOf(at);
  /** @type {Record<string, number>} */
  const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: those.length - 1 };
  return key in to ? those[to[key]] ?? at : null;
}

/** @param {boolean} [back] whether the focus goes back to the row */
export function closeMenu(back = false) {
  const row = rowOf(menu);
  menu?.remove();
  menu = null;
  if (back && row) focusRow(row);
  closed();
}

/** @param {HTMLElement} row @param {Doing} doing */
function openMenu(row, doing) {
  closeMenu();
  const steps = row.hasAttribute("aria-disabled") ? [] : doing.steps(row);
  if (steps.length === 0) return;
  if (steps.length === 1) return doing.choose(steps[0], row);
  menu = make("div", { role: "menu", class: "row-menu", "aria-label": row.cells?.[0]?.textContent ?? "" },
    ...steps.map((step) => make("button", { type: "button", role: "menuitem", tabindex: "-1", "data-choice": step }, say(`row_${step.replaceAll("-", "_")}`))));
  row.lastElementChild?.append(menu);
  menu.classList.toggle("is-above", menu.getBoundingClientRect().bottom > window.innerHeight - 44);
  /** @type {HTMLElement} */ (menu.firstElementChild).focus();
}

/** @param {KeyboardEvent} event */
function keyInMenu(event) {
  if (!menu) return;
  const items = /** @type {HTMLElement[]} */ ([...menu.children]);
  const to = moved(event, items, /** @type {HTMLElement} */ (document.activeElement));
  if (to) to.focus();
  else if (event.key === "Escape") closeMenu(true);
  else if (event.key === "Tab") closeMenu();
  if (to || event.key === "Escape") event.preventDefault();
}

/** @param {KeyboardEvent} event @param {Doing} doing */
function keyOnRow(event, doing) {
  const row = /** @type {HTMLElement} */ (event.target);
  const to = moved(event, all(), row);
  if (to) focusRow(to);
  else if (event.key === "Enter" && !event.defaultPrevented) openMenu(row, doing);
  else return;
  event.preventDefault();
}

/** @param {Doing} doing @param {() => void} whenClosed rows may be drawn anew */
export function listenToRows(doing, whenClosed) {
  closed = whenClosed;
  part("rows").addEventListener("keydown", (event) => {
    if (menu) keyInMenu(event);
    else if (event.target === rowOf(event.target)) keyOnRow(event, doing);
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const choice = target?.closest("[data-choice]");
    const row = rowOf(target);
    if (choice instanceof HTMLElement && row) {
      const step = choice.dataset.choice ?? "";
      closeMenu(true);
      doing.choose(step, row);
    } else if (row && !row.contains(menu)) openMenu(row, doing);
    else if (menu) closeMenu();
  });
}

// @ts-check
// The calls before the large one. Several screens share them: each shows those after the one before.

import { differs, kindOfPlace, part, parts, shownNumber, write } from "./page.js";
import { screen } from "./settings.js";

/** @typedef {import("./board.js").Call} Call */

export const upright = window.matchMedia("(orientation: portrait)");

/** @returns {number} how many rows fit, as the server worked it out (display/sizes.py) */
export function rowsShown() {
  return upright.matches ? screen.rows.upright : screen.rows.landscape;
}

/** @param {import("./view.js").Picture} picture */
export function drawHistory({ calls, large }) {
  for (const list of parts("history")) {
    const before = calls.filter((call) => call.ticket_id !== large?.ticket_id);
    const first = rowsShown() * (screen.part - 1);
    const shown = before.slice(first, first + rowsShown());
    drawHead(shown, large);
    part("history-empty").hidden = first > 0 || shown.length > 0 || large !== null;
    const state = shown.map((call) => [call.call_id, call.number, call.counter]);
    if (differs(list, state)) list.replaceChildren(...shown.map(row));
  }
}

/** @param {Call[]} shown @param {Call | null} large */
function drawHead(shown, large) {
  write(part("history-head"), screen.words[`history_${headOf(shown, large)}`]);
  const words = new Set(shown.map((call) => call.word));
  if (words.size > 0) write(part("history-word"), [...words].join(" / "));
}

/** @param {Call[]} shown @param {Call | null} large @returns {"more" | "last" | "called" | "before"} */
function headOf(shown, large) {
  if (screen.part > 1) return "more";
  if (large === null) return "last";
  // What waits for its turn was not called before the one that has it.
  return shown.some((call) => call.call_id > large.call_id) ? "called" : "before";
}

/** @param {Call} call @returns {Element} */
function row(call) {
  const template = document.querySelector("template[data-row]");
  if (!(template instanceof HTMLTemplateElement)) throw new Error("the page lacks data-row");
  const item = /** @type {Element} */ (template.content.firstElementChild?.cloneNode(true));
  item.classList.add(...kindOfPlace(call));
  item.children[0].replaceChildren(shownNumber(call.number));
  item.children[1].textContent = call.counter;
  return item;
}

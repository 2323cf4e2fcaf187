// @ts-check
// The foot: who comes next, how many wait, how long it takes; with several offices for each of them.

import { parts, write } from "./page.js";
import { screen } from "./settings.js";

/** @typedef {import("./view.js").Picture} Picture */
/** @typedef {import("./view.js").Estimate} Estimate */

// Where nobody waits, a range that ends so soon is no waiting.
const SOON_MINUTES = 5;
const NOBODY = "0";
const NEXT_NUMBERS = 3;

/** @param {Picture} picture */
export function drawFoot(picture) {
  drawNext(picture);
  for (const place of parts("waiting")) {
    const office = place.dataset.waiting ?? "";
    const known = picture.offlineSince === null;
    const count = known ? String(picture.waiting[office] ?? 0) : "";
    const told = known && !picture.closed.includes(office);
    const wait = picture.estimates[office]?.wait ?? null;
    if (place instanceof HTMLTableRowElement) drawRow(place, count, rowText(picture, office));
    else drawLarge(place, count, told, told ? wait : null);
  }
}

/** One office: two large figures. @param {Element} place @param {string} count @param {boolean} told @param {Estimate["wait"]} wait */
function drawLarge(place, count, told, wait) {
  const box = (/** @type {string} */ name) => /** @type {HTMLElement} */ (place.querySelector(`[data-${name}]`));
  box("count-box").hidden = count === "";
  drawCount(box("count"), count);
  write(box("count-word"), count === NOBODY ? screen.words.waiting_nobody_word : screen.words.waiting_word);
  box("range-box").hidden = wait === null;
  if (wait) write(box("range"), rangeText(wait, count === NOBODY));
  // An office that closed says so in its own place; a lost line leaves the range unknown.
  box("unknown-box").hidden = wait !== null || (count !== "" && !told);
}

/** One of several offices. @param {Element} row @param {string} count @param {string} range */
function drawRow(row, count, range) {
  const [counted, ranged] = row.querySelectorAll("td");
  drawCount(counted, count);
  counted.setAttribute("data-word", count === NOBODY ? screen.words.waiting_nobody_word : screen.words.waiting_word);
  write(ranged, range);
}

/** "0 wait" is no sentence. @param {Element} place @param {string} count */
function drawCount(place, count) {
  write(place, count === NOBODY ? screen.words.waiting_nobody : count);
  place.classList.toggle("is-nobody", count === NOBODY);
}

/** @param {Picture} picture @param {string} office @returns {string} what stands in the row of an office */
function rowText({ offlineSince, closed, estimates, waiting }, office) {
  const estimate = estimates[office];
  const { waiting_unknown: unknown, waiting_closed: shut } = screen.words;
  if (offlineSince !== null || !estimate) return unknown;
  if (closed.includes(office) || (!estimate.open && !waiting[office])) return shut;
  return estimate.wait ? rangeText(estimate.wait, (waiting[office] ?? 0) === 0) : unknown;
}

/** @param {NonNullable<Estimate["wait"]>} wait @param {boolean} nobody waits @returns {string} "20–35 Min." */
function rangeText({ low_minutes: low, high_minutes: high }, nobody) {
  const { waiting_minutes: minutes, waiting_up_to: upTo, waiting_long: long, waiting_none: none } = screen.words;
  if (high === null) return long.replace("{low}", String(low));
  if (nobody && high <= SOON_MINUTES) return none;
  return (low > 0 ? minutes : upTo).replace("{low}", String(low)).replace("{high}", String(high));
}

/** Of each office the first, then of each the second. @param {Picture} picture */
function drawNext({ estimates, offlineSince }) {
  for (const place of parts("next")) {
    const lists = screen.offices.map((office) => estimates[office]?.next_numbers ?? []);
    const turns = [...Array(NEXT_NUMBERS).keys()].flatMap((turn) => lists.map((list) => list[turn] ?? ""));
    const numbers = turns.filter((number) => number !== "").slice(0, NEXT_NUMBERS);
    place.hidden = false;
    place.classList.toggle("is-empty", numbers.length === 0 || offlineSince !== null);
    // Spaced like on the ticket, with gaps that cannot break.
    const shown = numbers.map((number) => `${number[0]}\u2009${number.slice(1)}`);
    write(/** @type {Element} */ (place.querySelector("[data-next-numbers]")), shown.join("\u2002"));
  }
}

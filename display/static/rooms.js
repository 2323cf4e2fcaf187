// @ts-check
// The layout by room: a row per counter, with the number that is called or served there.

import { rowsShown } from "./history.js";
import { differs, part, parts, shownNumber, write } from "./page.js";
import { screen } from "./settings.js";

/** @typedef {import("./board.js").Call} Call */

/** @param {Call[]} calls newest first */
export function drawRooms(calls) {
  const rows = parts("room");
  if (rows.length === 0) return;
  const now = calls.filter((call) => call.state !== "done");
  const shown = chosen(rows, now);
  for (const row of rows) {
    const call = now.find((one) => one.place === row.dataset.room);
    row.hidden = !shown.has(row);
    if (differs(row, call && [call.call_id, call.state])) fill(row, call);
  }
  drawMore(screen.parts > 1 ? 0 : rows.length - shown.size);
}

/** @param {number} hidden how many counters have no row just now */
function drawMore(hidden) {
  const { rooms_more: several, rooms_more_one: one } = screen.words;
  part("rooms-more").hidden = hidden === 0;
  write(part("rooms-more"), hidden === 1 ? one : several.replace("{n}", String(hidden)));
}

/** @param {HTMLElement} row @param {Call | undefined} call */
function fill(row, call) {
  row.classList.toggle("is-called", call?.state === "called");
  row.classList.toggle("is-free", call === undefined);
  row.querySelector("[data-room-number]")?.replaceChildren(...(call ? [shownNumber(call.number)] : []));
}

/**
 * The rows of this screen. Where there are more counters than rows, those that called last are seen,
 * and all stay in the order of the house: a row may come and go, but never move past another.
 * @param {HTMLElement[]} rows
 * @param {Call[]} calls newest first
 * @returns {Set<HTMLElement>}
 */
function chosen(rows, calls) {
  const fit = rowsShown();
  if (screen.parts > 1) return new Set(rows.slice(fit * (screen.part - 1), fit * screen.part));
  const age = (/** @type {HTMLElement} */ row) => {
    const found = calls.findIndex((call) => call.place === row.dataset.room);
    return found < 0 ? calls.length : found;
  };
  return new Set([...rows].sort((one, other) => age(one) - age(other)).slice(0, fit));
}

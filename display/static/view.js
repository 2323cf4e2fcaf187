// @ts-check
// Draws the whole screen from one picture of its state. Decides nothing about time or sound.

import { drawBlank } from "./blank.js";
import { drawFoot } from "./foot.js";
import { drawHistory, upright } from "./history.js";
import { differs, kindOfPlace, part, shownNumber, write } from "./page.js";
import { drawRooms } from "./rooms.js";
import { drawClock, drawClosed, drawOffline, drawPromise } from "./states.js";
import { moveAgainstBurnIn } from "./burn-in.js";

export { offerSound } from "./states.js";

/** @typedef {import("./board.js").Call} Call */
/**
 * @typedef {object} Estimate
 * @property {boolean} open
 * @property {number} waiting
 * @property {{ low_minutes: number, high_minutes: number | null } | null} wait
 * @property {boolean} busy somebody is called or served
 * @property {string[]} next_numbers
 * @property {string | null} [opens] when it opens again
 */
/**
 * @typedef {object} Picture
 * @property {Call | null} large owns the large panel
 * @property {boolean} fresh in gold
 * @property {Call[]} calls all this screen shows, newest first, the large one too
 * @property {Record<string, number>} waiting by office
 * @property {Record<string, Estimate>} estimates by office
 * @property {string[]} closed offices that closed early
 * @property {import("./board.js").Board["messages"]} messages urgent ones by office
 * @property {number | null} offlineSince
 * @property {"voice" | "chime" | "none"} heard what a call comes with
 * @property {number | null} now server's now, ms; null before it has told
 */

// The first call must not wait for its type.
for (const weight of [400, 600, 700]) document.fonts.load(`${weight} 1em "Source Sans Pro"`);

// More letters than these need a smaller size in half a screen.
const LONG_WAY = 38;

/** @type {Picture | undefined} */
let last;
// A screen that is turned has other rows at once.
upright.addEventListener("change", () => { if (last) draw(last); });

/** @param {Picture} picture */
export function draw(picture) {
  last = picture;
  drawCall(picture.large, picture.fresh);
  drawHistory(picture);
  drawRooms(picture.calls);
  drawOffline(picture.offlineSince);
  drawPromise(picture.heard);
  drawClosed(picture);
  drawFoot(picture);
  if (picture.now === null) return;
  drawClock(picture.now);
  drawBlank(picture, picture.now);
  if (!picture.fresh) moveAgainstBurnIn(picture.now);
}

/** The large panel. @param {Call | null} call @param {boolean} fresh */
function drawCall(call, fresh) {
  const panel = part("call");
  part("lockup").hidden = call === null;
  part("calm").hidden = call !== null;
  if (call && differs(panel, call.call_id)) fillCall(call);
  const drawn = call ? String(call.call_id) : "";
  if (!fresh) panel.classList.remove("is-fresh");
  else if (panel.dataset.fresh !== drawn) restart(panel);
  panel.dataset.fresh = fresh ? drawn : "";
}

/** A second call must sweep in again: drop the class, let the browser notice, set it. @param {HTMLElement} panel */
function restart(panel) {
  panel.classList.remove("is-fresh");
  void panel.offsetWidth;
  panel.classList.add("is-fresh");
}

/** @param {Call} call */
function fillCall(call) {
  const kinds = kindOfPlace(call);
  const named = kinds.includes("is-name");
  part("number").replaceChildren(shownNumber(call.number));
  part("way").className = ["call-way", ...kinds].join(" ");
  write(part("word"), named ? call.counter : call.word);
  write(part("place"), named ? "" : call.counter);
  const arrow = document.querySelector(`template[data-arrow-${call.arrow}]`);
  const drawn = arrow instanceof HTMLTemplateElement ? arrow.content.cloneNode(true) : "";
  part("arrow").replaceChildren(drawn);
  part("floor").hidden = call.way === null;
  part("floor").classList.toggle("is-long", (call.way ?? "").length > LONG_WAY);
  write(part("floor"), call.way ?? "");
}

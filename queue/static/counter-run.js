// @ts-check
// Runs the counter's steps one at a time: says what was done and what was refused, keeps what can be undone,
// lets the large button rest.

import { onHold, Refused } from "./counter-actions.js";
import { part, say, write } from "./counter-page.js";

// After a step the large button rests, so that a second press is never meant for the next person.
const REST_MS = 700;
const UNDO_MS = 10_000;

let busy = false;
let restUntil = 0;
let undoTimer = 0;
/** @type {(() => Promise<any>) | null} */
let undoing = null;
let redraw = () => {};

/** @param {() => void} draw called whenever the buttons rest or may be pressed again */
export function whenResting(draw) {
  redraw = draw;
}

export const isResting = () => busy || performance.now() < restUntil;

/** The large button rests, although no step was taken here. @param {number} ms */
export function rest(ms) {
  restUntil = Math.max(restUntil, performance.now() + ms);
  window.setTimeout(redraw, ms);
  redraw();
}

/** @param {string} text nothing hides it */
export function showProblem(text) {
  part("problem").hidden = !text;
  write(part("problem-text"), text);
}

/** @param {string} text @param {(() => Promise<any>) | null} undo */
function sayDone(text, undo) {
  undoing = undo;
  write(part("done"), text);
  part("undo").hidden = undo === null;
  clearTimeout(undoTimer);
  undoTimer = window.setTimeout(() => { part("undo").hidden = true; undoing = null; }, UNDO_MS);
}

/** @typedef {{ done?: string, undo?: (() => Promise<any>) | null }} Said what was done, and how it is taken back */

/**
 * Runs one step; a second one meanwhile is not meant.
 * @param {() => Promise<any>} act
 * @param {(answer: any) => Said} [tell]
 * @param {boolean} [quietly] the refusal is said elsewhere, in the window that asked
 * @returns {Promise<{ answer?: any, refused?: Refused | Error }>}
 */
export async function run(act, tell = () => ({}), quietly = false) {
  if (busy) return { refused: new Error(say("busy")) };
  busy = true;
  showProblem("");
  try {
    const sent = act(); // before the page is drawn: the screens of the room do not wait for this one
    redraw();
    const answer = await sent;
    const { done, undo = null } = tell(answer);
    if (done !== undefined) sayDone(done, undo);
    return { answer };
  } catch (error) {
    const refused = error instanceof Refused ? error : new Error(say("no_answer"));
    if (!quietly) showProblem(refused.message);
    document.dispatchEvent(new CustomEvent("counter:refused", { detail: refused }));
    return { refused };
  } finally {
    busy = false;
    restUntil = performance.now() + REST_MS;
    window.setTimeout(redraw, REST_MS);
    redraw();
  }
}

/** Takes the last step back. @returns {Promise<any> | undefined} */
export function undo() {
  const act = undoing;
  if (!act) return undefined;
  sayDone("", null);
  return run(act, () => ({ done: say("done_undo") }));
}

onHold((away) => showProblem(away ? say("held") : ""));

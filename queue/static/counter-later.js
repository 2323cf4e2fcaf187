// @ts-check
// Whoever was called here may ask for later or leave, on their phone: the call is gone, and it is said why.

import { clockOf, part, say, shown, write } from "./counter-page.js";
import { isResting, rest } from "./counter-run.js";

/** @typedef {import("./counter-feed.js").View} View */
/** @typedef {import("./counter-feed.js").Ticket} Ticket */

// A press that was meant for the one who is gone must not call the next.
const REST_MS = 1500;

/** @type {Ticket | null} who was called here when we last looked */
let called = null;

/** @param {View} view @param {Ticket} gone @returns {string} what became of them by themselves; empty for a step taken here */
function whatBecame(view, gone) {
  const number = shown(gone.number);
  const later = view.waiting.find(({ id, delays }) => id === gone.id && delays > gone.delays);
  if (later) return say("asked_later", { number, time: clockOf(later.not_before ?? view.now) });
  const lists = [view.waiting, view.called, view.parked, view.missed, view.finished];
  const isHere = lists.some((list) => list.some(({ id }) => id === gone.id));
  return isHere || isResting() ? "" : say("left", { number });
}

document.addEventListener("counter:view", (event) => {
  const view = /** @type {CustomEvent<View>} */ (event).detail;
  const gone = called;
  called = view.current?.status === "called" ? view.current : null;
  const said = gone && !view.current ? whatBecame(view, gone) : "";
  if (said) rest(REST_MS);
  if (said) write(part("later-text"), said);
  if (said || view.current) part("later").hidden = !said;
});

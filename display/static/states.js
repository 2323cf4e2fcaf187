// @ts-check
// What stands beside the calls: a lost line, an early closing, the clock, the offer to switch sound on.

import { clockText, dayText, serverNow } from "../core/server-time.js";
import { part, parts, write } from "./page.js";
import { screen } from "./settings.js";

/**
 * The last state stays, without gold, with the time it is from.
 * @param {number | null} since server's time, 0 when nobody knows; null while there is a line
 */
export function drawOffline(since) {
  part("call").classList.toggle("is-stale", since !== null);
  part("offline").hidden = since === null;
  part("note").hidden = since !== null;
  if (since === null) return;
  const text = part("since");
  const words = since === 0 ? text.dataset.ever : text.dataset.since;
  write(text, (words ?? "").replace("{time}", momentText(since)));
}

/** @param {number} at @returns {string} "10:42", with the day when that is another one */
function momentText(at) {
  const day = dayText(at);
  return day === dayText(serverNow()) ? clockText(at) : `${day} ${clockText(at)}`;
}

/**
 * Which offices closed early: in large type when all did and nobody is called, else below.
 * @param {import("./view.js").Picture} picture
 */
export function drawClosed({ closed, large, offlineSince }) {
  const all = screen.offices.every((office) => closed.includes(office));
  const some = screen.offices.some((office) => closed.includes(office));
  part("calm-open").hidden = all;
  part("calm-closed").hidden = !all;
  part("closed-all").hidden = !all;
  for (const one of parts("closed-office")) {
    one.hidden = all || !closed.includes(one.dataset.closedOffice ?? "");
  }
  // The notice of a lost line has this place first.
  const noted = some && (large !== null || !all) && offlineSince === null;
  part("closed").hidden = !noted;
  part("call").classList.toggle("is-noted", noted);
  part("call").classList.toggle("is-closed", all);
  if (some) part("note").hidden = true;
}

/** @param {number} now server's now, ms */
export function drawClock(now) {
  for (const clock of parts("clock")) write(clock, clockText(now));
  for (const day of parts("day")) write(day, dayText(now));
}

/** The offer to switch the sound on stands as long as the browser keeps us silent. @param {boolean} offered */
export function offerSound(offered) {
  part("sound").hidden = !offered;
}

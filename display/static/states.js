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

/** Nothing is promised that is not heard. @param {import("./view.js").Picture["heard"]} heard */
export function drawPromise(heard) {
  for (const place of parts("promise")) write(place, screen.words[`calm_${heard}`] ?? "");
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
  const shut = screen.offices.filter((office) => closed.includes(office));
  const [all, some] = [shut.length === screen.offices.length, shut.length > 0];
  part("calm-open").hidden = all;
  part("calm-closed").hidden = !all;
  part("closed-all").hidden = !all;
  part("closed-some").hidden = all;
  part("closed").classList.toggle("is-several", shut.length > 1);
  write(part("closed-names"), closedText(shut.map((office) => screen.names[office])));
  // The notice of a lost line has this place first.
  const noted = some && (large !== null || !all) && offlineSince === null;
  part("closed").hidden = !noted;
  part("call").classList.toggle("is-noted", noted);
  part("call").classList.toggle("is-closed", all);
  if (some) part("note").hidden = true;
}

/** @param {string[]} names of offices @returns {string} one sentence, however many there are */
function closedText(names) {
  const { one, several } = part("closed-names").dataset;
  if (names.length < 2) return (one ?? "").replace("{office}", names[0] ?? "");
  return (several ?? "").replace("{offices}", names.join(" · "));
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

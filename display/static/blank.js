// @ts-check
// Closed, and nobody left in the house: a dark screen with a small clock that never stays in a place.

import { clockText, dayText } from "../core/server-time.js";
import { part, write } from "./page.js";
import { screen } from "./settings.js";

/** @typedef {import("./view.js").Picture} Picture */

const MINUTE = 60000;
const DAY = 24 * 60 * MINUTE;
const SPOTS = 9;
// From one spot to the next, so that it visits all of them and neighbours seldom follow each other.
const STRIDE = 4;

/** @param {Picture} picture @param {number} now server's now, ms */
export function drawBlank(picture, now) {
  const blank = part("blank");
  blank.hidden = !isEmpty(picture, now);
  if (blank.hidden) return;
  part("blank-spot").className = `spot-${(Math.floor(now / MINUTE) * STRIDE) % SPOTS}`;
  write(part("blank-opens"), opensText(picture, now));
}

/** No office is open, nobody waits, is called or served, and the line is not long lost. @param {Picture} picture @param {number} now */
function isEmpty({ estimates, messages, fresh, offlineSince }, now) {
  const urgent = screen.offices.some((office) => stillUp(messages[office], now));
  if (fresh || urgent || (offlineSince !== null && now - offlineSince > MINUTE)) return false;
  return screen.offices.every((office) => {
    const one = estimates[office];
    return one !== undefined && !one.open && one.waiting === 0 && !one.busy;
  });
}

/** @param {Picture["messages"][string] | undefined} message @param {number} now */
function stillUp(message, now) {
  return message !== undefined && (message.until === null || Date.parse(message.until) > now);
}

/** @param {Picture} picture @param {number} now @returns {string} "Wieder geöffnet Mo. 07:30", if known */
function opensText({ estimates }, now) {
  const times = screen.offices.map((office) => estimates[office]?.opens).filter((time) => time);
  if (times.length === 0) return "";
  const first = Math.min(...times.map((time) => Date.parse(String(time))));
  const day = dayText(first);
  // "Mo., 30.11." within the week is enough as "Mo.".
  const said = day === dayText(now) ? "" : first - now < 6 * DAY ? day.split(",")[0] : day;
  return screen.words.blank_opens.replace("{moment}", `${said} ${clockText(first)}`.trim());
}

// @ts-check
// The server's clock as seen from here: a screen's own clock may be wrong, its difference may not.

let offset = 0;
let isHeard = false;
let own = () => Date.now();

/**
 * For pages that stay for weeks: time runs on evenly from what the server said, also while somebody
 * or something sets the device's clock. (A device that sleeps hears anew when it wakes.)
 */
export function runEvenly() {
  own = () => performance.timeOrigin + performance.now();
}

/** Takes over the server's `now` (ISO 8601) of a message just received. @param {string} now */
export function hear(now) {
  const heard = Date.parse(now) - own();
  // A message can only be late, never early: the largest difference is the truest, but follow jumps.
  if (!isHeard || heard > offset || offset - heard > 5000) offset = heard;
  isHeard = true;
}

/** @returns {number} the server's now in milliseconds since the epoch */
export function serverNow() {
  return own() + offset;
}

/** @returns {number} ms that the device's own clock is behind the server's */
export function lateness() {
  return serverNow() - Date.now();
}

const zone = "Europe/Berlin";

/** @param {number} at @param {string} [language] @returns {string} "10:42" in the offices' zone */
export function clockText(at, language = "de") {
  return new Date(at).toLocaleTimeString(language, {
    hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone,
    numberingSystem: "latn",
  });
}

/** @param {number} at @param {string} [language] @returns {string} "Mi., 25.11." */
export function dayText(at, language = "de") {
  return new Date(at).toLocaleDateString(language, {
    weekday: "short", day: "2-digit", month: "2-digit", timeZone: zone,
    numberingSystem: "latn",
  });
}

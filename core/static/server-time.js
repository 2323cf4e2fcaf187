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

/**
 * A text for moments in the offices' zone, its format made once for each language: making it takes four hundred
 * times as long as using it (measured), and some pages write hundreds of times at once.
 * @param {Intl.DateTimeFormatOptions} parts
 * @returns {(at: number, language?: string) => string} `at` in ms
 */
function texts(parts) {
  /** @type {Map<string, Intl.DateTimeFormat>} */
  const made = new Map();
  return (at, language = "de") => {
    const format = made.get(language)
      ?? new Intl.DateTimeFormat(language, { ...parts, timeZone: "Europe/Berlin", numberingSystem: "latn" });
    made.set(language, format);
    return format.format(at);
  };
}

/** "10:42" */
export const clockText = texts({ hour: "2-digit", minute: "2-digit", hour12: false });

/** "Mi., 25.11." */
export const dayText = texts({ weekday: "short", day: "2-digit", month: "2-digit" });

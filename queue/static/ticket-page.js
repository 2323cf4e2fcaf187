// @ts-check
// The ticket's page as its scripts find it: its parts, its words, and how things are written.

/** @typedef {{ low_minutes: number, high_minutes: number | null }} Range */
/**
 * @typedef {object} View what the server tells of the ticket; times are ISO texts
 * @property {string} number
 * @property {string} status
 * @property {number | null} ahead
 * @property {Range | null} wait
 * @property {string | null} counter
 * @property {string | null} word
 * @property {string | null} word_en
 * @property {string | null} arrow
 * @property {string | null} way
 * @property {string | null} way_en
 * @property {string | null} called_at
 * @property {string | null} not_before
 * @property {number} delays
 * @property {number} delays_left
 * @property {boolean} on_the_way
 * @property {string | null} stay_until
 * @property {boolean} closed_early
 * @property {boolean} rebooked
 * @property {number} version
 */

const page = document.documentElement;

/** Words and ways are there in German and in English, which all other languages use. */
export const inGerman = page.lang.startsWith("de");

/** @param {string} name @returns {HTMLElement[]} */
export const parts = (name) => [...document.querySelectorAll(`[data-${name}]`)]
  .filter((one) => one instanceof HTMLElement);

/** @param {string} name @returns {HTMLElement} */
export const part = (name) => {
  const [found] = parts(name);
  if (!found) throw new Error(`the page lacks data-${name}`);
  return found;
};

/** @type {Record<string, string>} */
const words = JSON.parse(part("words").textContent ?? "{}");

/** @param {string} key @param {Record<string, string | number>} [values] */
export function say(key, values = {}) {
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), words[key] ?? key);
}

/** @param {string} number "A042" @returns {string} "A 042", with a space that cannot break */
export const shown = (number) => `${number[0]}\u00a0${number.slice(1)}`;

/** Writes only what is new, so that nothing is read out twice. @param {Element} box @param {string} text */
export function write(box, text) {
  if (box.textContent !== text) box.textContent = text;
}

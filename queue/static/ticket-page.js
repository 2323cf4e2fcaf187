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

/** @param {string} name @returns {HTMLElement[]} */
export const parts = (name) => [...document.querySelectorAll(`[data-${name}]`)]
  .filter((one) => one instanceof HTMLElement);

/** @param {string} name @returns {HTMLElement} */
export const part = (name) => {
  const [found] = parts(name);
  if (!found) throw new Error(`the page lacks data-${name}`);
  return found;
};

/** @type {Record<string, string>} usual German words for a counter, small, in the language of the page */
const placeWords = JSON.parse(part("place-words").textContent ?? "{}");
const own = page.lang.startsWith("de") ? "de" : "en";

/** @typedef {{ text: string, language: string }} Named language: "" where it is the page's */

/**
 * The way as the office gave it, in the nearest language there is.
 * @param {string | null} german @param {string | null} english @returns {Named}
 */
export function wayOf(german, english) {
  const [language, text] = own === "en" && english ? ["en", english] : ["de", german ?? ""];
  return { text, language: page.lang.startsWith(language) ? "" : language };
}

/** The word for a counter. @param {{ word: string | null, word_en: string | null }} called @returns {Named} */
export function wordOf({ word, word_en: english }) {
  const known = placeWords[(word ?? "").toLowerCase()];
  return known ? { text: known, language: "" } : wayOf(word, english);
}

/** What may be in another language. @param {HTMLElement} box @param {Named} named */
export function writeNamed(box, { text, language }) {
  write(box, text);
  for (const [name, value] of [["lang", language], ["dir", language && "ltr"]]) {
    if (value) box.setAttribute(name, value);
    else box.removeAttribute(name);
  }
}

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

// @ts-check
// The counter's page as its scripts find it: its parts, its words, its house, and how things are written.

import { clockText, serverNow } from "../core/server-time.js";

/** @param {string} name @returns {HTMLElement} */
export const part = (name) => {
  const found = document.querySelector(`[data-${name}]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page lacks data-${name}`);
  return found;
};

/** @type {Record<string, string>} */
const words = JSON.parse(part("words").textContent ?? "{}");

/**
 * What does not change while the page is open: the offices of the waiting area with their services, the
 * towns whose residents come here (one: nobody is asked), the languages.
 * @type {{
 *   offices: { slug: string, name: string, services: { slug: string, name: string, most: number }[] }[],
 *   towns: { slug: string, name: string }[],
 *   languages: Record<string, string>,
 * }}
 */
export const house = JSON.parse(part("house").textContent ?? "{}");

const { office = "" } = document.body.dataset;

/** The services of this counter's office, or of another of the area. @param {string} [slug] */
export const servicesOf = (slug = office) => house.offices.find((one) => one.slug === slug)?.services ?? [];

/** @param {string} key @param {Record<string, string | number>} [values] @returns {string} */
export function say(key, values = {}) {
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), words[key] ?? key);
}

/** @param {string} number "A042" @returns {string} "A 042", with a space that cannot break */
export const shown = (number) => `${number[0]}\u00a0${number.slice(1)}`;

/** @param {string} typed "a 42" or "A042" @returns {string} "A042"; without a letter only the digits */
export function numberOf(typed) {
  const [, letter = "", digits = ""] = typed.toUpperCase().replace(/\s/g, "").match(/^([A-Z]?)(\d{1,3})$/) ?? [];
  return digits && letter + digits.padStart(3, "0");
}

/** As a sentence begins: "counter 4" is written "Counter 4". @param {string} text */
export const capital = (text) => text.replace(/^./u, (first) => first.toUpperCase());

/** @param {string} moment @returns {number} whole minutes since then */
export const minutesSince = (moment) => Math.max(0, Math.floor((serverNow() - Date.parse(moment)) / 60000));

/** @param {string} moment @returns {number} whole seconds until then, 0 once it has come */
export const secondsUntil = (moment) => Math.max(0, Math.ceil((Date.parse(moment) - serverNow()) / 1000));

/** @param {string} moment ISO 8601 @returns {string} "10:42" */
export const clockOf = (moment) => clockText(Date.parse(moment));

/** @param {number} seconds @returns {string} "06:12" */
export function spanText(seconds) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** @param {{ name: string, count: number, done?: boolean }[]} services @returns {string} what is still to do; once all is done, what was */
export function topicOf(services) {
  const open = services.filter((one) => !one.done);
  /** @type {Map<string, number>} done in several stretches, counted together */
  const counts = new Map();
  for (const { name, count } of open.length > 0 ? open : services) counts.set(name, (counts.get(name) ?? 0) + count);
  return [...counts].map(([name, count]) => (count > 1 ? `${name} (${count})` : name)).join(", ");
}

/**
 * @param {string} tag
 * @param {Record<string, string | boolean>} [attributes] a dash in a name as in HTML; false leaves it out
 * @param {...(string | Node)} inside
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside);
  return made;
}

/** One of the pictures the page brought along. @param {string} name @returns {Node} */
export function icon(name) {
  const store = /** @type {HTMLTemplateElement} */ (part("icons"));
  return /** @type {Node} */ (store.content.querySelector(`[data-icon="${name}"] svg`)).cloneNode(true);
}

/** Writes only what is new, so that nothing is read out or drawn twice. @param {Element} box @param {string} text */
export function write(box, text) {
  if (box.textContent !== text) box.textContent = text;
}

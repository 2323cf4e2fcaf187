// @ts-check
// The counter's page as its scripts find it: its parts, its words, and how things are written.

import { serverNow } from "../core/server-time.js";

/** @typedef {import("./counter-model.js").Service} Service */

/** @param {string} name @returns {HTMLElement} */
export const part = (name) => {
  const found = document.querySelector(`[data-${name}]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page lacks data-${name}`);
  return found;
};

/** @type {Record<string, string>} */
const words = JSON.parse(part("words").textContent ?? "{}");

/** @param {string} key @param {Record<string, string | number>} [values] @returns {string} */
export function say(key, values = {}) {
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), words[key] ?? key);
}

/** @param {string} number "A042" @returns {string} "A 042", with a space that cannot break */
export const shown = (number) => `${number[0]}\u00a0${number.slice(1)}`;

/** @param {string} moment @returns {number} whole minutes since then */
export const minutesSince = (moment) => Math.max(0, Math.floor((serverNow() - Date.parse(moment)) / 60000));

/** @param {Service[]} services @returns {string} */
export function topicOf(services) {
  return services.map((one) => (one.count > 1 ? `${one.name} (${one.count})` : one.name)).join(", ");
}

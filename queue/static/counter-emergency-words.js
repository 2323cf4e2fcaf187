// @ts-check
// What the scripts of calls for help share: the words, the places, and how a call is answered or ended.

import { post } from "./counter-actions.js";
import { part } from "./counter-page.js";

/** @typedef {import("./counter-feed.js").View} View */
/** @typedef {View["emergencies"][number]} Emergency */

/** @type {Record<string, string>} */
const words = JSON.parse(part("emergency-words").textContent ?? "{}");
const { counter = "", office = "", place = "" } = document.body.dataset;

export const address = `/api/v1/offices/${encodeURIComponent(office)}/emergency`;

/** @param {string} key @param {Record<string, string>} [values] */
export const say = (key, values = {}) => Object.entries(values).reduce(
  (text, [name, value]) => text.replaceAll(`{${name}}`, value), words[key] ?? key);

/** @param {Emergency} one */
export const placeOf = (one) => `${one.word} ${one.counter}`;

/** The counter that comes. @param {string} label @param {View | null} view */
export const helperOf = (label, view) => `${view?.counters.find((one) => one.label === label)?.word ?? place} ${label}`;

/** @param {number} id @param {"ack" | "end"} what */
export const answer = (id, what) => post(`${address}/${id}/${what}`, what === "ack" ? { counter } : {});

/** @param {(view: View) => void} draw called with every view of the counter */
export function onView(draw) {
  document.addEventListener("counter:view", (event) => draw(/** @type {CustomEvent<View>} */ (event).detail));
}

/** Whether a key is pressed for itself, once. @param {KeyboardEvent} event @param {string} key */
export const isPlain = (event, key) => event.key === key && !event.repeat
  && !event.ctrlKey && !event.altKey && !event.shiftKey && !event.metaKey;

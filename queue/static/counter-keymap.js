// @ts-check
// Which key does what (WCAG 2.1.4): each clerk may pick others in this browser, or switch them off. No key
// means two things: a pick that is taken is refused.

import { KEYS } from "./counter-model.js";

/** @typedef {import("./counter-model.js").Step} Step */

const MEMORY = "aufruf.counter.keys";
// The space bar is the large button's, digits choose a list.
const FIXED = /^[ 0-9]$/;

/** @returns {{ off?: boolean, picked?: Record<string, string> }} */
function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(MEMORY) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {}; // somebody else's words in our place: as if nothing had been picked
  }
}

/** @param {object} change */
const remember = (change) => localStorage.setItem(MEMORY, JSON.stringify({ ...remembered(), ...change }));

/** @returns {boolean} */
export const areOn = () => !remembered().off;

/** @param {boolean} on */
export const switchKeys = (on) => remember({ off: !on });

export const resetKeys = () => remember({ picked: {} });

/** @returns {Record<Step, string>} the key of each step, as picked */
export function keys() {
  const { picked = {} } = remembered();
  return /** @type {any} */ (Object.fromEntries(
    Object.entries(KEYS).map(([step, key]) => [step, picked[step] ?? key])));
}

/** @param {string} key @returns {Step | undefined} */
export function stepOf(key) {
  return /** @type {[Step, string][]} */ (Object.entries(keys())).find(([, one]) => one === key)?.[0];
}

/**
 * Gives a step another key.
 * @param {Step} step
 * @param {string} key
 * @returns {"fixed" | Step | null} why it is refused: it cannot be picked, or which step has it
 */
export function pickKey(step, key) {
  const wanted = key.toLowerCase();
  if ([...wanted].length !== 1 || FIXED.test(wanted)) return "fixed";
  const holder = stepOf(wanted);
  if (holder && holder !== step) return holder;
  remember({ picked: { ...remembered().picked, [step]: wanted } });
  return null;
}

// @ts-check
// Which key does what (WCAG 2.1.4): each clerk may pick others in this browser, or switch them off. No key
// means two things: a pick that is taken is refused.

import { KEYS } from "./counter-model.js";

/** @typedef {import("./counter-model.js").Step} Step */

const MEMORY = "aufruf.counter.keys";
const STEPS = /** @type {Step[]} */ (Object.keys(KEYS));
// The space bar is the large button's, digits choose a list.
const FIXED = /^[ 0-9]$/;

/** @returns {{ off?: unknown, picked?: unknown }} as somebody or something left it there */
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

/** @param {unknown} key @returns {key is string} */
const isFree = (key) => typeof key === "string" && [...key].length === 1 && !FIXED.test(key);

/** @returns {Partial<Record<Step, string>>} what can be used of what was picked, each key once */
function picks() {
  const { picked } = remembered();
  const kept = new Map(typeof picked === "object" && picked !== null ? Object.entries(picked) : []);
  /** @type {Partial<Record<Step, string>>} */
  const found = {};
  for (const step of STEPS) {
    const key = kept.get(step);
    if (isFree(key) && !Object.values(found).includes(key)) found[step] = key;
  }
  return found;
}

/** @returns {Record<Step, string>} the key of each step; none ("") where its own was picked for another */
export function keys() {
  const picked = picks();
  const taken = Object.values(picked);
  return /** @type {any} */ (Object.fromEntries(
    STEPS.map((step) => [step, picked[step] ?? (taken.includes(KEYS[step]) ? "" : KEYS[step])])));
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
  if (!isFree(wanted)) return "fixed";
  const holder = stepOf(wanted);
  if (holder && holder !== step) return holder;
  remember({ picked: { ...picks(), [step]: wanted } });
  return null;
}

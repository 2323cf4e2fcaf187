// @ts-check
// What all drawing needs: the parts of the page, numbers as they are shown, kinds of places.

/** @typedef {import("./board.js").Call} Call */

/** @param {string} name @returns {HTMLElement} the first part of that name; every layout has it */
export function part(name) {
  const found = document.querySelector(`[data-${name}]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page lacks data-${name}`);
  return found;
}

/** @param {string} name @returns {HTMLElement[]} all parts of that name; a layout may have none */
export function parts(name) {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`[data-${name}]`)]);
}

/** @type {WeakMap<Element, string>} */
const drawn = new WeakMap();

/**
 * Whether a part has to be drawn: the screen looks every second, the page changes only when it must.
 * @param {Element} element
 * @param {unknown} state what it is drawn from
 * @returns {boolean}
 */
export function differs(element, state) {
  const key = JSON.stringify(state);
  if (drawn.get(element) === key) return false;
  drawn.set(element, key);
  return true;
}

/** @param {Element} element @param {string} text */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {string} number "A042" @returns {HTMLElement} "A 042" with a gap that cannot break */
export function shownNumber(number) {
  const shown = document.createElement("span");
  shown.className = "number";
  shown.append(number[0], document.createElement("i"), number.slice(1));
  return shown;
}

// More letters than these need a smaller size: "Standesamt, Trauzimmer im Obergeschoss".
const LONG_NAME = 24;

/**
 * Places like "3", "12" or names like "Trauzimmer" are drawn differently.
 * @param {Call} call
 * @returns {string[]} classes
 */
export function kindOfPlace(call) {
  if (!/^\d+[a-z]?$/i.test(call.counter)) {
    return call.counter.length > LONG_NAME ? ["is-name", "is-long-name"] : ["is-name"];
  }
  if (call.counter.length > 2) return ["is-long", "is-wide"];
  return call.word.length + call.counter.length > 6 ? ["is-long"] : [];
}

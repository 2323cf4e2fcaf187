// @ts-check
// The window "Keys": every step with its key, to be pressed from here as well; another key for each; off and on.

import { areOn, keys, pickKey, resetKeys, switchKeys } from "./counter-keymap.js";
import { KEYS, offered } from "./counter-model.js";
import { make, part, say, write } from "./counter-page.js";
import { labelOf } from "./counter-steps.js";
import { openWindow, problemIn, windowOf } from "./counter-windows.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").Step} Step */

/** @type {Step[]} */
const STEPS = /** @type {Step[]} */ (Object.keys(KEYS));

/** @param {View | null} view */
function draw(view) {
  const possible = view ? offered(view).all : [];
  part("key-list").replaceChildren(...STEPS.map((step) => {
    const label = labelOf(step);
    const doing = possible.includes(step) && step !== "keys"
      ? make("button", { type: "button", class: "link-button", "data-step": step, "data-close": true }, label)
      : make("span", {}, label);
    const key = keys()[step].toUpperCase();
    return make("li", {}, make("button", {
      type: "button", class: "key-pick", "data-pick": step, "aria-label": say("pick_key", { step: label, key }),
    }, key), doing);
  }));
  const box = part("keys-on");
  if (box instanceof HTMLInputElement) box.checked = areOn();
}

/** @param {() => View | null} view @param {() => void} changed */
export function openKeys(view, changed) {
  const shown = windowOf("keys");
  const redraw = () => { draw(view()); changed(); };
  shown.onclick = ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (!button) return;
    if (button.dataset.pick) waitForKey(shown, button, redraw);
    if (button.matches("[data-keys-reset]")) { resetKeys(); problemIn(shown, ""); redraw(); }
    if (button.matches("[data-close]")) shown.close();
  };
  shown.onchange = ({ target }) => {
    if (target instanceof HTMLInputElement && target.matches("[data-keys-on]")) switchKeys(target.checked);
    changed();
  };
  openWindow("keys", { fill: () => draw(view()) });
}

/** The next key that is pressed becomes the step's; Escape and Tab leave it. @param {HTMLDialogElement} shown @param {HTMLElement} button @param {() => void} redraw */
function waitForKey(shown, button, redraw) {
  const step = /** @type {Step} */ (button.dataset.pick);
  write(button, say("press_key"));
  button.classList.add("is-waiting");
  const end = () => { button.removeEventListener("keydown", hear); redraw(); };
  const hear = (/** @type {KeyboardEvent} */ event) => {
    if (["Shift", "Alt", "AltGraph", "Control", "Meta"].includes(event.key)) return;
    if (event.key !== "Tab") event.preventDefault();
    button.removeEventListener("blur", end);
    if (event.key !== "Escape" && event.key !== "Tab") problemIn(shown, refusalOf(step, event.key));
    end();
    /** @type {HTMLElement | null} */ (shown.querySelector(`[data-pick="${step}"]`))?.focus();
  };
  button.addEventListener("keydown", hear);
  button.addEventListener("blur", end, { once: true });
}

/** @param {Step} step @param {string} key @returns {string} why it was refused, "" when it was not */
function refusalOf(step, key) {
  const refused = pickKey(step, key);
  if (refused === null) return "";
  const shown = key === " " ? say("space") : key.toUpperCase();
  return refused === "fixed" ? say("key_fixed", { key: shown }) : say("key_taken", { key: shown, step: labelOf(refused) });
}

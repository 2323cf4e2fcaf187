// @ts-check
// The foot of the counter: which screens of the waiting area are away or cannot be heard.

import { part, write } from "./counter-page.js";

/** @typedef {import("./counter-model.js").View} View */

const MOST = 2;

/** @param {View} view */
function drawScreens({ screens }) {
  const sign = part("screens");
  const words = part("screens-text");
  const fill = (/** @type {string | undefined} */ text, /** @type {string} */ name, /** @type {string} */ value) =>
    (text ?? "").replace(`{${name}}`, () => value);
  const says = { offline: words.dataset.away, silent: words.dataset.silent };
  const named = screens.slice(0, MOST).map((one) => fill(says[one.state], "name", one.name));
  const left = screens.length - named.length;
  if (left > 0) named.push(fill(words.dataset.more, "n", String(left)));
  sign.hidden = screens.length === 0;
  write(words, named.join(", "));
}

document.addEventListener("counter:view", (event) => drawScreens(/** @type {CustomEvent<View>} */ (event).detail));

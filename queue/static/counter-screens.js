// @ts-check
// The foot of the counter: which screens of the waiting area are away or cannot be heard.

import { part, write } from "./counter-page.js";

/** @typedef {import("./counter-model.js").View} View */

const MOST = 2;
// Between these the foot is one line, full of other things: several screens are counted, not named.
const narrow = matchMedia("(min-width: 900px) and (max-width: 1439px)");

/** @type {View["screens"]} */
let known = [];

/** @param {string | undefined} text @param {string} name @param {string | number} value */
const fill = (text, name, value) => (text ?? "").replace(`{${name}}`, () => String(value));

/** What is said of them: what may be cut, and what is said in any case. @param {HTMLElement} words @returns {[string, string]} */
function told(words) {
  const { away, silent, more, several } = words.dataset;
  const says = { offline: away, silent };
  const [first] = known;
  if (first && known.length === 1) return [first.name, fill(says[first.state], "name", "")];
  if (narrow.matches) return ["", fill(several, "n", known.length)];
  const named = known.slice(0, MOST).map((one) => fill(says[one.state], "name", one.name));
  const left = known.length - named.length;
  if (left > 0) named.push(fill(more, "n", left));
  return [named.join(", "), ""];
}

function draw() {
  const words = part("screens-text");
  const [name, state] = told(words);
  part("screens").hidden = known.length === 0;
  write(words, name);
  write(part("screens-state"), known.length === 0 ? "" : state);
}

document.addEventListener("counter:view", (event) => {
  known = /** @type {CustomEvent<View>} */ (event).detail.screens;
  draw();
});
narrow.addEventListener("change", draw);

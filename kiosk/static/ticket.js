// @ts-check
// The number closes by itself; whoever touches the page is still reading and gets the time again.

import { countText } from "./idle.js";
import { go } from "./steady.js";

const STANDS_SECONDS = 30;

const text = document.querySelector("[data-closes]");
const { restart } = document.body.dataset;
let left = STANDS_SECONDS;

function draw() {
  if (text instanceof HTMLElement) text.textContent = countText(text, Math.max(left, 0));
}

draw();
document.addEventListener("pointerdown", () => {
  left = STANDS_SECONDS;
  draw();
});
window.setInterval(() => {
  left -= 1;
  draw();
  if (left === 0 && restart) void go(restart);
}, 1000);

// @ts-check
// Keeps the screen on while somebody waits, where the browser allows it, and notices when the phone
// has slept.

import { part } from "./ticket-page.js";

/** @type {WakeLockSentinel | null} */
let lock = null;
let wanted = false;
let asking = false;

/** @param {boolean} wish whether the screen should stay on */
export function keepAwake(wish) {
  wanted = wish;
  if (!wish) lock?.release();
  else ask();
}

async function ask() {
  if (!wanted || lock || asking || document.visibilityState !== "visible") return;
  asking = true;
  try {
    if ("wakeLock" in navigator) lock = await navigator.wakeLock.request("screen");
    lock?.addEventListener("release", () => { lock = null; });
  } catch {
    lock = null; // a battery that is low, or a browser that does not want to
  }
  asking = false;
  part("awake").hidden = lock === null;
  part("asleep").hidden = lock !== null;
}

/** Calls back whenever the page may have slept. @param {() => void} woken */
export function whenWoken(woken) {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    ask();
    woken();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) woken();
  });
  document.addEventListener("resume", woken);
}

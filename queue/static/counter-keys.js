// @ts-check
// Hears the counter's keys: only outside inputs and windows, never while held down, never from a scanner.

import { areOn } from "./counter-keymap.js";

// A barcode scanner types faster than any clerk: keys closer than this are not meant for us. The first
// of them looks like any other, so each key waits this long for a second one.
const SCANNER_MS = 35;

/** @param {EventTarget | null} target @returns {boolean} whether somebody is typing or a window is open */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (document.querySelector("dialog[open], [role=menu]") !== null) return true;
  // A window that has just been closed keeps the focus for a moment; nobody types there any more.
  return target.matches("input:not([type=radio]), textarea, select") && target.closest("dialog") === null;
}

/**
 * The space bar on a button that was reached with Tab presses that button, as everywhere; on a tab or a row
 * it is the large button's.
 * @param {KeyboardEvent} event
 */
function isPress({ key, target }) {
  const onButton = target instanceof HTMLElement && target.matches("button, a, summary, input");
  return key === " " && onButton && !target.matches("[data-main], [role=tab]");
}

/**
 * Calls `press` for each single key that is meant as a command.
 * @param {(key: string) => void} press
 */
export function listen(press) {
  let last = -Infinity;
  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.key.length > 1 && event.key !== "Enter") return;
    // A key that is held down presses nothing again, neither here nor on a button that has the focus.
    if (event.repeat) return event.preventDefault();
    const burst = event.timeStamp - last < SCANNER_MS;
    last = event.timeStamp;
    clearTimeout(waiting);
    // What a scanner types must not press a focused button either: not its spaces, not its Enter.
    if (burst) {
      event.stopImmediatePropagation();
      return event.preventDefault();
    }
    if (event.key.length !== 1 || isPress(event)) return;
    if (event.key !== " " && !areOn()) return;
    event.preventDefault();
    waiting = window.setTimeout(press, SCANNER_MS, event.key.toLowerCase());
  }, { capture: true });
}

// @ts-check
// Keys of the counter (WCAG 2.1.4): only outside inputs, can be switched off, never while held down.

const MEMORY = "aufruf.counter.keys";
// A barcode scanner types faster than any clerk: keys closer than this are not meant for us. The first
// of them looks like any other, so each key waits this long for a second one.
const SCANNER_MS = 35;

/** @returns {boolean} */
export function areOn() {
  return localStorage.getItem(MEMORY) !== "off";
}

/** @param {boolean} on */
export function switchKeys(on) {
  localStorage.setItem(MEMORY, on ? "on" : "off");
}

/** @param {EventTarget | null} target @returns {boolean} whether somebody is typing or a window is open */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  return target.matches("input, textarea, select") || document.querySelector("dialog[open]") !== null;
}

/** The space bar on a focused button presses that button, as everywhere. @param {KeyboardEvent} event */
function isPress({ key, target }) {
  const onButton = target instanceof HTMLElement && target.matches("button, a, summary");
  return key === " " && onButton && !target.matches("[data-main]");
}

/**
 * Calls `press` for each single key that is meant as a command.
 * @param {(key: string) => void} press
 */
export function listen(press) {
  let last = -Infinity;
  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.key.length > 1 && event.key !== "Enter") return;
    const burst = event.timeStamp - last < SCANNER_MS;
    last = event.timeStamp;
    clearTimeout(waiting);
    // What a scanner types must not press a focused button either: not its spaces, not its Enter.
    if (burst) return event.preventDefault();
    if (event.key.length !== 1 || isPress(event)) return;
    if (event.key !== " " && event.key !== "?" && !areOn()) return;
    event.preventDefault();
    waiting = window.setTimeout(press, SCANNER_MS, event.key.toLowerCase());
  });
}

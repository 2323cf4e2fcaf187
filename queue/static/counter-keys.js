// @ts-check
// Keys of the counter (WCAG 2.1.4): only outside inputs, can be switched off, never while held down.

const MEMORY = "aufruf.counter.keys";
// A barcode scanner types faster than any clerk: keys closer than this are not meant for us.
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

/**
 * Calls `press` for each single key that is meant as a command.
 * @param {(key: string) => boolean} press returns whether the key meant something
 */
export function listen(press) {
  let last = -Infinity;
  document.addEventListener("keydown", (event) => {
    const burst = event.timeStamp - last < SCANNER_MS;
    last = event.timeStamp;
    if (event.repeat || burst || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isTyping(event.target) || event.key.length !== 1) return;
    // The space bar on a focused button presses that button, as everywhere.
    const onButton = event.target instanceof HTMLElement && event.target.matches("button, a");
    if (event.key === " " && onButton && !event.target.matches("[data-main]")) return;
    if (event.key !== " " && event.key !== "?" && !areOn()) return;
    if (press(event.key.toLowerCase())) event.preventDefault();
  });
}

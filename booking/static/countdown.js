// @ts-check
// The time a hold still has: quiet words until its last two minutes, then a countdown. Readers of
// the screen hear it at two minutes, at half a minute and at the end, not every second.

const LOUD_SECONDS = 120;
const SAID_AT = [LOUD_SECONDS, 30, 0];

/** @param {number} seconds @returns {string} "1:48" */
function minutesAndSeconds(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {HTMLElement} line */
function countDown(line) {
  const words = line.querySelector("[data-words]");
  const said = document.querySelector("[data-countdown-said]");
  const length = Date.parse(line.dataset.until ?? "") - Date.parse(line.dataset.now ?? "");
  if (!words || !(said instanceof HTMLElement) || Number.isNaN(length)) return;
  // Monotonic: a phone that sets its clock while the page is open changes nothing.
  const end = performance.now() + length;
  const waiting = SAID_AT.filter((at) => at < length / 1000);
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const loud = seconds <= LOUD_SECONDS;
    line.classList.toggle("is-short", loud);
    if (seconds === 0) {
      words.textContent = line.dataset.over ?? "";
      line.querySelector("button")?.remove();
      clearInterval(timer);
    } else if (loud) {
      words.textContent = line.dataset.left?.replace("#", minutesAndSeconds(seconds)) ?? "";
    }
    if (waiting.length > 0 && seconds <= waiting[0]) {
      said.textContent = said.dataset[`at${waiting.shift()}`] ?? "";
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

for (const line of document.querySelectorAll("[data-countdown]")) {
  if (line instanceof HTMLElement) countDown(line);
}

// @ts-check
// The time a hold still has: quiet words until its last two minutes, then a countdown.
// Follows the server's clock by the difference at the time the page was made.

const LOUD_SECONDS = 120;

/** @param {number} seconds @returns {string} "1:48" */
function minutesAndSeconds(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {HTMLElement} line */
function countDown(line) {
  const words = line.querySelector("[data-words]");
  const length = Date.parse(line.dataset.until ?? "") - Date.parse(line.dataset.now ?? "");
  if (!words || Number.isNaN(length)) return;
  // Monotonic: a phone that sets its clock while the page is open changes nothing.
  const end = performance.now() + length;
  const tick = () => {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    if (seconds <= LOUD_SECONDS) line.classList.add("is-short");
    if (seconds <= 0) {
      words.textContent = line.dataset.over ?? "";
      line.querySelector("button")?.remove();
      clearInterval(timer);
    } else if (seconds <= LOUD_SECONDS) {
      words.textContent = line.dataset.left?.replace("#", minutesAndSeconds(seconds)) ?? "";
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

for (const line of document.querySelectorAll("[data-countdown]")) {
  if (line instanceof HTMLElement) countDown(line);
}

// @ts-check
// The start page: how many wait and how long, the greeting, and whether numbers are given out.

document.addEventListener("kiosk-now", (event) => {
  const { state, greeting, waiting } = /** @type {CustomEvent} */ (event).detail;
  if (state !== document.body.dataset.state) {
    location.reload();
    return;
  }
  say("[data-greeting]", greeting);
  say("[data-waiting]", waiting);
});

/** @param {string} selector @param {string} text */
function say(selector, text) {
  const at = document.querySelector(selector);
  if (at && at.textContent !== text) at.textContent = text;
}

// @ts-check
// Screens that show the same lines for years keep their shadows: the whole picture moves a little.

const STEP = 180000;
const PLACES = 9;

/** Every three minutes to the next of nine places half a rem around the middle. @param {number} now ms */
export function moveAgainstBurnIn(now) {
  const place = String(Math.floor(now / STEP) % PLACES);
  if (document.documentElement.dataset.shift !== place) document.documentElement.dataset.shift = place;
}

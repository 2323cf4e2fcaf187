// @ts-check
// A new screen or kiosk asks whether its code has been typed: then it goes on to its own page. When
// the code's time is over another one takes its place, without the page being loaded again.

const ASK_MS = 1500;
const AGAIN_MS = 5000;
// So many questions without an answer, then the page says so.
const PATIENCE = 2;

const root = /** @type {HTMLElement} */ (document.querySelector("[data-pairing]"));
let failures = 0;

/** @param {string} name */
function part(name) {
  return /** @type {HTMLElement} */ (root.querySelector(`[data-${name}]`));
}

/** @typedef {{ code: string, size: number, path: string }} Code */

async function ask() {
  const answer = await fetch("/devices/pairing", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ kind: root.dataset.pairing, shows: root.dataset.shows }),
  }).catch(() => null);
  failures = answer && answer.status < 500 ? 0 : failures + 1;
  root.classList.toggle("is-away", failures > PATIENCE);
  part("away").hidden = failures <= PATIENCE;
  if (!answer?.ok) return AGAIN_MS * (0.5 + Math.random());
  const said = await answer.json();
  if (said.next) show(said.next);
  if (!said.go) return ASK_MS;
  location.replace(said.go);
  return null;
}

/** @param {Code} next */
function show(next) {
  root.dataset.shows = next.code;
  const code = part("code");
  [...code.children].forEach((sign, place) => { sign.textContent = next.code[place]; });
  code.setAttribute("aria-label", `${next.code.slice(0, 3)} ${next.code.slice(3)}`);
  const qr = part("scan").querySelector("svg");
  qr?.setAttribute("viewBox", `0 0 ${next.size} ${next.size}`);
  qr?.querySelector("path")?.setAttribute("d", next.path);
  code.hidden = part("scan").hidden = false;
  part("wait").hidden = true;
}

async function watch() {
  const wait = await ask();
  if (wait !== null) setTimeout(watch, wait);
}

setTimeout(watch, ASK_MS);

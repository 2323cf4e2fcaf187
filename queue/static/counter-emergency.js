// @ts-check
// Calling for help from this counter; nothing is heard here, and a few quiet words say that help comes.
//
// Raised by pressing the button twice, or F8 twice within two seconds: a single key that lies at the edge of
// its group, found without looking and with one hand, that no browser and no screen reader uses and that types
// nothing, so that it also works in a field and in a window. Once is an accident, twice is not.

import { address, answer, helperOf, isPlain, onView, say } from "./counter-emergency-words.js";
import { part, write } from "./counter-page.js";

/** @typedef {import("./counter-feed.js").View} View */
/** @typedef {import("./counter-emergency-words.js").Emergency} Emergency */

const RAISE_KEY = "F8";
const TWICE_MS = 2000;
const PANEL_MS = 12_000;
const RETRY_MS = 1000;

const { counter = "" } = document.body.dataset;
/** @type {View | null} */
let view = null;
let pressedAt = -Infinity;
let panelTimer = 0;
/** @type {"" | "sending" | "unsent"} what became of a call that the server has not confirmed */
let sending = "";

/** Sends until it has arrived: nobody else would. @param {boolean} test */
async function raise(test) {
  if (sending) return;
  showPanel(false);
  const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  for (sending = "sending"; sending; sending = sending && "unsent") {
    draw();
    if (await arrives(key, test)) sending = "";
    else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  draw();
}

/** @param {string} key @param {boolean} test */
async function arrives(key, test) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify({ counter, test }),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/** @param {boolean} shown */
function showPanel(shown) {
  part("emergency-panel").hidden = !shown;
  part("emergency-raise").setAttribute("aria-expanded", String(shown));
  write(part("emergency-raise-text"), say(shown ? "again" : "button"));
  clearTimeout(panelTimer);
  if (shown) panelTimer = window.setTimeout(showPanel, PANEL_MS, false);
}

function draw() {
  const mine = view?.emergencies.filter((one) => one.mine) ?? [];
  drawSign(mine.find((one) => !one.test) ?? mine.at(-1));
}

/** What the counter that calls sees: a few quiet words. @param {Emergency | undefined} mine */
function drawSign(mine) {
  // While a test alarm is on, the real one can still be raised.
  part("emergency-raise").hidden = Boolean(sending) || mine?.test === false;
  part("emergency-sign").hidden = !mine && !sending;
  part("emergency-withdraw").hidden = !mine;
  if (!mine) return write(part("emergency-sign-text"), sending ? say(sending) : "");
  const helper = mine.acknowledged_by;
  const called = say(mine.test ? "called_test" : "called");
  write(part("emergency-sign-text"), helper === null ? called : say("comes", { place: helperOf(helper, view) }));
  write(part("emergency-withdraw"), say(helper === null ? "withdraw" : "over"));
  part("emergency-withdraw").dataset.id = String(mine.id);
}

onView((news) => {
  view = news;
  draw();
});

window.addEventListener("keydown", (event) => {
  if (event.key === "Escape") showPanel(false);
  if (!isPlain(event, RAISE_KEY)) return;
  event.preventDefault();
  const raised = part("emergency-raise").hidden;
  const twice = event.timeStamp - pressedAt < TWICE_MS && !raised;
  pressedAt = twice || raised ? -Infinity : event.timeStamp;
  if (twice) raise(false);
}, { capture: true });

document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element && target.closest("[data-emergency]"))) return showPanel(false);
  const button = /** @type {HTMLElement | null} */ (target.closest("button"));
  if (button?.matches("[data-emergency-raise]")) {
    if (part("emergency-panel").hidden) showPanel(true);
    else raise(false);
  } else if (button?.matches("[data-emergency-test]")) raise(true);
  else if (button?.matches("[data-emergency-withdraw]")) withdraw(Number(button.dataset.id));
});

/** @param {number} id */
async function withdraw(id) {
  try {
    await answer(id, "end");
  } catch {
    write(part("emergency-sign-text"), say("not_withdrawn"));
  }
}

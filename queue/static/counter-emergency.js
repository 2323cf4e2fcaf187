// @ts-check
// Calling for help from this counter; nothing is heard here, and a few quiet words say that help comes.
//
// Raised by pressing the button twice, or F8 twice within two seconds: a single key that lies at the edge of
// its group, found without looking and with one hand, that no browser and no screen reader uses and that types
// nothing, so that it also works in a field and in a window. Once is an accident, twice is not.

import { address, answer, helperOf, isPlain, onView, say } from "./counter-emergency-words.js";
import { capital, part, write } from "./counter-page.js";

/** @typedef {import("./counter-feed.js").View} View */
/** @typedef {import("./counter-emergency-words.js").Emergency} Emergency */

const RAISE_KEY = "F8";
const TWICE_MS = 2000;
const PANEL_MS = 12_000;
const RETRY_MS = 1000;

const { counter = "" } = document.body.dataset;
/** @type {View | null} */
let view = null;
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

/** @param {boolean} shown @param {number} [forMs] */
function showPanel(shown, forMs = PANEL_MS) {
  part("emergency-panel").togglePopover(shown);
  part("emergency-raise").setAttribute("aria-expanded", String(shown));
  write(part("emergency-raise-text"), shown ? say("again") : "");
  clearTimeout(panelTimer);
  if (shown) panelTimer = window.setTimeout(showPanel, forMs, false);
}

const button = () => /** @type {HTMLButtonElement} */ (part("emergency-raise"));

/** By key or button: the first press asks for a second one. @param {number} withinMs */
function press(withinMs) {
  if (button().disabled) return;
  if (part("emergency-panel").matches(":popover-open")) raise(false);
  else showPanel(true, withinMs);
}

function draw() {
  const mine = view?.emergencies.filter((one) => one.mine) ?? [];
  drawSign(mine.find((one) => !one.test) ?? mine.at(-1));
}

/** What the counter that calls sees: a few quiet words. @param {Emergency | undefined} mine */
function drawSign(mine) {
  // While a test alarm is on, the real one can still be raised.
  button().disabled = Boolean(sending) || mine?.test === false;
  part("emergency-sign").hidden = !mine && !sending;
  part("emergency-withdraw").hidden = !mine;
  if (!mine) return write(part("emergency-sign-text"), sending ? say(sending) : "");
  const helper = mine.acknowledged_by;
  const comes = helper === null ? "" : say("comes", { place: helperOf(helper, view) });
  const words = mine.test ? [say("called_test"), comes] : [comes || say("called")];
  write(part("emergency-sign-text"), capital(words.filter(Boolean).join(", ")));
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
  press(TWICE_MS);
}, { capture: true });

document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element && target.closest("[data-emergency], [data-emergency-sign]"))) return showPanel(false);
  const pressed = /** @type {HTMLElement | null} */ (target.closest("button"));
  if (pressed?.matches("[data-emergency-raise]")) press(PANEL_MS);
  else if (pressed?.matches("[data-emergency-test]")) raise(true);
  else if (pressed?.matches("[data-emergency-withdraw]")) withdraw(Number(pressed.dataset.id));
});

/** @param {number} id */
async function withdraw(id) {
  try {
    await answer(id, "end");
  } catch {
    write(part("emergency-sign-text"), say("not_withdrawn"));
  }
}

// @ts-check
// Who sits at this counter: this page, another window of the same person, or somebody else. Taken over, the
// page only looks on. What the counter serves can be changed here.

import { session } from "./counter-actions.js";
import { clockOf, part, write } from "./counter-page.js";
import { run } from "./counter-run.js";
import { openWindow } from "./counter-windows.js";

/** @typedef {import("./counter-feed.js").View} View */

/** @type {Record<string, string>} */
const words = JSON.parse(part("seat-words").textContent ?? "{}");
const { counter = "", ownSeat = "" } = document.body.dataset;

/** @type {number | null} the seat that is known to be ours */
let mine = Number(ownSeat) || null;
/** @type {number | null} the seat the server was asked about */
let asked = null;
let isLost = false;
/** @type {View | null} */
let view = null;

/** @param {string} key @param {Record<string, string | number>} [values] */
export const seatSay = (key, values = {}) => Object.entries(values).reduce(
  (text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), words[key] ?? key);

/** @param {View} news */
function drawSeat(news) {
  view = news;
  drawServes(news);
  const { seat } = news;
  if (seat === null || seat === mine) return lose(false);
  if (seat !== asked) ask(seat);
}

/** Another number may still be us, in another window. @param {number} seat */
async function ask(seat) {
  asked = seat;
  try {
    const answer = await fetch(`/api/v1/counters/${encodeURIComponent(counter)}/seat`);
    const found = await answer.json();
    if (!answer.ok || found.seat !== view?.seat) throw new Error("it has changed again");
    if (found.mine) mine = seat;
    lose(!found.mine, found.since);
  } catch {
    asked = null; // with the next view
  }
}

/** @param {boolean} lost @param {string} [since] */
function lose(lost, since) {
  if (since) write(part("seat-lost-text"), words.lost.replace("{time}", clockOf(since)));
  if (lost) write(part("seat-lost-head"), mine === null ? words.lost_other : words.lost_head);
  if (lost === isLost) return;
  isLost = lost;
  part("seat-lost").hidden = !lost;
  for (const place of document.querySelectorAll("main, [data-panel], [data-serve], footer")) place.toggleAttribute("inert", lost);
  if (lost) for (const open of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (open).close();
}

/** How much of what it can the counter serves. @param {View} news */
function drawServes({ services }) {
  const some = services?.length === 1 ? "some_one" : "some";
  write(part("serves-text"), services === null ? words.all : seatSay(some, { n: services?.length ?? 0 }));
}

function openServes() {
  openWindow("serves", {
    fill(form) {
      const only = new Set(view?.services ?? []);
      for (const box of form.querySelectorAll("input")) {
        box.checked = box.type === "radio" ? box.value === (view?.services ? "only" : "all") : only.has(box.value);
      }
    },
    send: changeServes,
  });
}

/** @param {HTMLFormElement} form */
function changeServes(form) {
  const said = new FormData(form);
  const services = said.get("which") === "only" ? said.getAll("service") : null;
  if (services?.length === 0) return words.missing;
  const { state = "open", until = null } = view ?? {};
  const later = until !== null && Date.parse(until) > Date.now() ? { until } : {};
  return run(() => session({ state, services, ...later }), (now) => {
    const n = now.services?.length;
    const what = n === undefined ? words.all : seatSay(n === 1 ? "some_one" : "some", { n });
    return { done: seatSay("services_changed", { services: what }) };
  }, true);
}

async function takeOver() {
  const { answer } = await run(() => session({ state: view?.state === "break" ? "break" : "open", take_over: true }));
  if (answer) mine = answer.seat;
  if (view && answer) drawSeat({ ...view, seat: answer.seat });
}

document.addEventListener("counter:view", (event) => drawSeat(/** @type {CustomEvent<View>} */ (event).detail));
part("serves").addEventListener("click", ({ detail }) => {
  // After a click the space bar is the large button's again, also once the window is closed.
  if (detail > 0) part("serves").blur();
  openServes();
});
part("seat-take").addEventListener("click", takeOver);
// What the one who was taken over presses is not for this counter any more; the way out and help stay.
window.addEventListener("keydown", (event) => {
  if (isLost && event.key.length === 1 && !(event.target instanceof Element && event.target.closest("[data-seat-lost], a, header"))) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, { capture: true });

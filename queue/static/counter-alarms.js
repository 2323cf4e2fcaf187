// @ts-check
// Calls for help from other counters: a red banner above everything with a sound until somebody answers, then a
// strip over the lists. F2, as free as F8, says "I am coming".

import { isMute, sound } from "./counter-alarm.js";
import { answer, helperOf, isPlain, onView, placeOf, say } from "./counter-emergency-words.js";
import { capital, clockOf, part, write } from "./counter-page.js";

/** @typedef {import("./counter-feed.js").View} View */
/** @typedef {import("./counter-emergency-words.js").Emergency} Emergency */

const COME_KEY = "F2";

const loudBox = part("emergency-banner");
const quietBox = part("emergency-answered");
const drafts = /** @type {HTMLTemplateElement} */ (document.querySelector("template[data-alarm-row]"));

/** @type {View | null} */
let view = null;
let prefix = "";

function draw() {
  const others = view?.emergencies.filter((one) => !one.mine) ?? [];
  drawBanner(others);
  const loud = others.filter((one) => one.acknowledged_by === null);
  sound(loud.length > 0);
  part("emergency-sound").hidden = !isMute();
  drawTitle(loud[0]);
}

/** @param {Emergency[]} others */
function drawBanner(others) {
  const wanted = new Set(others.map((one) => String(one.id)));
  for (const row of document.querySelectorAll("[data-alarm]")) {
    if (!wanted.has(/** @type {HTMLElement} */ (row).dataset.alarm ?? "")) row.remove();
  }
  for (const one of others) drawAlarm(one);
  host();
}

/** @param {number} id @returns {HTMLElement | null} */
const rowOf = (id) => document.querySelector(`[data-alarm="${id}"]`);

/** @param {Emergency} one */
function drawAlarm(one) {
  const helper = one.acknowledged_by;
  const row = rowOf(one.id) ?? /** @type {HTMLElement} */ (drafts.content.firstElementChild?.cloneNode(true));
  row.dataset.alarm = String(one.id);
  // Answered it goes from above everything to a strip over the lists.
  const place = helper === null ? loudBox : quietBox;
  if (row.parentElement !== place) place.append(row);
  row.classList.toggle("is-answered", helper !== null);
  row.classList.toggle("is-test", one.test);
  const set = (/** @type {string} */ name, /** @type {string} */ text) =>
    write(/** @type {Element} */ (row.querySelector(`[data-alarm-${name}]`)), text);
  set("head", say(one.test ? "test_alarm" : "alarm", { place: placeOf(one) }));
  set("way", [one.way, say("since", { time: clockOf(one.at) })].filter(Boolean).join(", ") + ".");
  set("said", [one.test ? say("test_note") : "", helper === null ? "" : said(helper)].filter(Boolean).join(" "));
  for (const [name, hidden] of /** @type {[string, boolean][]} */ ([["come", helper !== null], ["end", helper === null]])) {
    const button = /** @type {HTMLElement} */ (row.querySelector(`[data-alarm-${name}]`));
    button.hidden = hidden;
    button.dataset.id = String(one.id);
  }
}

/** @param {string} helper */
const said = (helper) => helper === view?.counter ? say("you_come") : capital(say("coming", { place: helperOf(helper, view) }));

/** Above everything, and within an open window, which makes all around it dead. */
function host() {
  const home = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  const shown = loudBox.querySelector("[data-alarm]") !== null;
  if (shown && loudBox.parentElement !== home) home.append(loudBox);
  if (shown !== loudBox.matches(":popover-open")) loudBox.togglePopover(shown);
}

/** @param {Emergency | undefined} loud */
function drawTitle(loud) {
  const was = prefix;
  prefix = loud ? `${say(loud.test ? "title_test" : "title", { place: placeOf(loud) })} · ` : "";
  if (was !== prefix) document.title = prefix + document.title.replace(was, "");
}

/** @param {number} id @param {"ack" | "end"} what */
async function respond(id, what) {
  try {
    await answer(id, what);
  } catch {
    const said = rowOf(id)?.querySelector("[data-alarm-said]");
    if (said) write(said, say("refused"));
  }
}

onView((news) => {
  view = news;
  draw();
});

// The page writes its own title now and then.
window.setInterval(() => {
  if (prefix && !document.title.startsWith(prefix)) document.title = prefix + document.title;
  if (prefix) part("emergency-sound").hidden = !isMute();
}, 1000);

window.addEventListener("keydown", (event) => {
  const first = view?.emergencies.find((one) => !one.mine && one.acknowledged_by === null);
  if (!first || !isPlain(event, COME_KEY)) return;
  event.preventDefault();
  respond(first.id, "ack");
}, { capture: true });

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-alarm] button")) : null;
  if (button) respond(Number(button.dataset.id), button.matches("[data-alarm-come]") ? "ack" : "end");
});
new MutationObserver(host).observe(document.body, { subtree: true, attributeFilter: ["open"] });

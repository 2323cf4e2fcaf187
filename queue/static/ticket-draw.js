// @ts-check
// Draws the ticket's page from a view: the state it is in, range and position, the way to the counter.

import { counted } from "../core/plural.js";
import { clockText, serverNow } from "../core/server-time.js";
import { part, parts, say, wayOf, wordOf, write, writeNamed } from "./ticket-page.js";

/** @typedef {import("./ticket-page.js").View} View */

const STEPS = 6;
const IN_THE_HOUSE = ["waiting", "parked", "called", "serving"];

let mostAhead = 0;
let leastAhead = Infinity;
let delays = -1;

/** @param {string} moment ISO 8601 @returns {string} "10:42" */
const clockOf = (moment) => clockText(Date.parse(moment), document.documentElement.lang);

/** @param {string | null} moment */
const isToCome = (moment) => moment !== null && Date.parse(moment) > serverNow();

/** Everything. @param {View} view */
export function draw(view) {
  const state = view.rebooked ? "rebooked" : view.status;
  if (view.status === "waiting") drawWaiting(view);
  if (view.status === "called") drawWay(view);
  drawSaid(view);
  show(state);
  part("early").hidden = !view.closed_early || !["waiting", "parked"].includes(state);
  drawTab(view);
}

/** Shows the section of a state and hides the others. @param {string} state */
function show(state) {
  const { body } = document;
  if (body.dataset.state !== state) for (const asked of document.querySelectorAll("details")) asked.open = false;
  body.dataset.state = state;
  body.classList.toggle("is-called", state === "called");
  body.classList.toggle("is-over", !IN_THE_HOUSE.includes(state));
  for (const section of parts("when")) section.hidden = section.dataset.when !== state;
  part("foot").hidden = !["waiting", "parked", "called"].includes(state);
}

/** The browser's own signs: title, picture and the colour around the page. @param {View} view */
function drawTab(view) {
  const { status, counter } = view;
  const called = status === "called";
  const { body } = document;
  const place = [isNamed(counter) ? "" : wordOf(view).text, counter].filter(Boolean).join(" ");
  body.dataset.title ??= document.title;
  document.title = called ? say("title_called", { place }) : body.dataset.title;
  const picture = document.querySelector("link[rel=icon]");
  if (picture instanceof HTMLLinkElement) {
    body.dataset.icon ??= picture.href;
    picture.href = (called ? body.dataset.iconCalled : body.dataset.icon) ?? "";
  }
  part("theme-color").setAttribute("content", getComputedStyle(body).backgroundColor);
}

/** A place that is a name and no number. @param {string | null} counter */
const isNamed = (counter) => !/^\d/.test(counter ?? "0");

/** @param {View} view */
function drawWay(view) {
  if (view.called_at) write(part("called-at"), say("called_at", { time: clockOf(view.called_at) }));
  if (parts("way").length === 0) return; // by phone or video: nobody has to go anywhere
  const named = isNamed(view.counter);
  const word = named ? { text: "", language: "" } : wordOf(view);
  writeNamed(part("word"), word);
  write(part("counter"), view.counter ?? "");
  writeNamed(part("way-words"), wayOf(view.way, view.way_en));
  part("way").classList.toggle("is-name", named);
  part("way").classList.toggle("is-long", !named && `${word.text}${view.counter}`.length > 6);
  const arrow = document.querySelector(`template[data-arrow-${view.arrow || "none"}]`);
  part("arrow").replaceChildren(arrow instanceof HTMLTemplateElement ? arrow.content.cloneNode(true) : "");
}

/** @param {View} view */
function drawWaiting(view) {
  const { wait } = view;
  const ahead = view.ahead ?? 0;
  if (!wait) write(part("range"), say("unknown"));
  else if (wait.high_minutes === null) write(part("range"), say("over", { low: wait.low_minutes }));
  else if (wait.high_minutes <= 5) write(part("range"), say("soon"));
  else if (wait.low_minutes === 0) write(part("range"), say("up_to", { high: wait.high_minutes }));
  else write(part("range"), say("range", { low: wait.low_minutes, high: wait.high_minutes }));
  write(part("ahead"), ahead === 0 ? say("ahead_none") : counted(part("ahead").dataset.forms ?? "{}", ahead));
  drawLine(ahead);
  // Who asked for later knows why there are more; else it is said as long as it lasts.
  if (view.delays !== delays) leastAhead = Infinity;
  delays = view.delays;
  leastAhead = Math.min(leastAhead, ahead);
  part("grew").hidden = ahead <= leastAhead;
}

/** How far the line has come since the page was opened. @param {number} ahead */
function drawLine(ahead) {
  mostAhead = Math.max(mostAhead, ahead);
  const gone = mostAhead === 0 ? STEPS - 1 : Math.floor(((mostAhead - ahead) / mostAhead) * (STEPS - 1));
  part("line").replaceChildren(...Array.from({ length: STEPS }, (_, index) => {
    const step = document.createElement("i");
    if (index < gone) step.className = "is-gone";
    if (index === STEPS - 1) step.className = "is-you";
    return step;
  }));
}

/** What the holder said, and what can still be said; part of it passes with time. @param {View} view */
export function drawSaid(view) {
  const later = isToCome(view.not_before);
  part("said-later").hidden = !later;
  if (later && view.not_before) write(part("later-until"), say("later_until", { time: clockOf(view.not_before) }));
  part("later-last").hidden = view.delays_left > 0;
  for (const said of parts("said-coming")) said.hidden = !view.on_the_way;
  part("stay-box").hidden = !isToCome(view.stay_until);
  for (const form of parts("step")) {
    if (form.dataset.step === "coming") form.hidden = view.on_the_way;
    if (form.dataset.step === "later") form.hidden = view.delays_left === 0 || view.status === "parked";
  }
  for (const seen of document.querySelectorAll("input[name=seen]")) {
    if (seen instanceof HTMLInputElement) seen.value = String(view.delays);
  }
}

// @ts-check
// Draws bar, left half and steps of the counter's page from a view. The boxes never move.

import { clockText, serverNow } from "../core/server-time.js";
import { offered, situation } from "./counter-model.js";
import { minutesSince, part, say, shown, topicOf } from "./counter-page.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").Ticket} Ticket */

/** @param {View} view */
export function drawBar(view) {
  part("waiting").textContent = String(view.waiting.length);
  part("open").textContent = String(view.counters_open);
  const { wait } = view;
  if (!wait) part("range").textContent = say("unknown");
  else if (wait.high_minutes === null) part("range").textContent = say("over", { low: wait.low_minutes });
  else part("range").textContent = say("minutes", { low: wait.low_minutes, high: wait.high_minutes });
}

/** The left half. @param {View} view */
export function drawNow(view) {
  const now = situation(view);
  const person = view.current ?? (now === "next" ? view.next?.ticket ?? null : null);
  part("number-box").hidden = part("topic-box").hidden = person === null;
  part("nobody").hidden = person !== null;
  part("label").textContent = say(`label_${now}`, { time: startOf(view, person) });
  part("waited").textContent = person ? waitedText(now, person) : "";
  if (person) drawPerson(person);
  part("nobody-head").textContent = say(`head_${now}`);
  part("nobody-text").textContent = say(`text_${now}`, { time: clockText(Date.parse(view.since)) });
  drawWhy(view, now);
  const title = person ? say("title", { label: say(`short_${now}`), number: shown(person.number) }) : say(`head_${now}`);
  if (part("heading").textContent !== title) part("heading").textContent = title;
  document.title = `${document.body.dataset.place} ${view.counter}: ${title}`;
}

/** @param {View} view @param {Ticket | null} person */
function startOf(view, person) {
  const moment = person?.started_at ?? person?.called_at ?? view.since;
  return clockText(Date.parse(moment));
}

/** @param {string} now @param {Ticket} person */
function waitedText(now, person) {
  if (now === "next") return say("waits_since", { n: minutesSince(person.since) });
  const until = Date.parse(person.called_at ?? person.since);
  return say("waited", { n: Math.max(0, Math.round((until - Date.parse(person.since)) / 60000)) });
}

/** @param {Ticket} person */
function drawPerson(person) {
  part("number").textContent = shown(person.number);
  part("topic").textContent = topicOf(person.services);
  const origin = person.appointment
    ? say("with_appointment", { time: clockText(Date.parse(person.appointment)), arrived: clockText(Date.parse(person.since)) })
    : say("without_appointment", { time: clockText(Date.parse(person.since)) });
  const hints = [origin];
  if (person.persons > 1) hints.push(say("persons", { n: person.persons }));
  if (person.step_free) hints.push(say("step_free"));
  if (person.language !== "de") hints.push(say("language", { language: person.language }));
  if (person.remark) hints.push(person.remark);
  part("detail").textContent = hints.join(" · ");
}

/** @param {View} view @param {string} now */
function drawWhy(view, now) {
  const seen = view.seen;
  const calls = view.current?.calls ?? 0;
  part("why").hidden = !(now === "next" || (view.current && seen));
  part("why").classList.toggle("is-attention", now !== "next" && isUnseen(view));
  if (now === "next") {
    part("why-head").textContent = view.next?.why ?? "";
    part("why-text").textContent = view.next?.more ?? "";
  } else if (seen) {
    part("why-head").textContent = seen.screens === 0 ? say("no_screen") : say("seen", { shown: seen.shown, screens: seen.screens });
    part("why-text").textContent = [calls > 1 ? say("calls", { n: calls }) : "", spokenText(seen)].filter(Boolean).join(" ");
  }
}

/** @param {View} view @returns {boolean} whether a screen of the area has not shown the call */
const isUnseen = ({ seen }) => seen !== null && (seen.screens === 0 || seen.shown < seen.screens);

/** @param {NonNullable<View["seen"]>} seen @returns {string} nothing before a screen has spoken */
function spokenText(seen) {
  if (seen.screens === 0 || seen.announced === 0) return "";
  return seen.announced === 1 ? say("spoken_one") : say("spoken", { n: seen.announced });
}

/** The timer beside the number; counts on from the server's time, also after a reload. @param {View} view */
export function drawTimer(view) {
  const from = view.current?.started_at ?? view.current?.called_at;
  if (!from) {
    part("timer").textContent = "";
    return;
  }
  const seconds = Math.max(0, Math.floor((serverNow() - Date.parse(from)) / 1000));
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  part("timer").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** The large button and the steps under it. @param {View} view @param {boolean} resting */
export function drawSteps(view, resting) {
  const { main, more } = offered(view);
  part("main-text").textContent = say(main.label);
  const button = /** @type {HTMLButtonElement} */ (part("main"));
  button.disabled = resting || situation(view) === "nobody";
  const box = part("actions");
  const names = more.map((step) => step.step).join();
  if (box.dataset.steps === names) return;
  box.dataset.steps = names;
  box.replaceChildren(...more.map((step) => {
    const action = document.createElement("button");
    action.type = "button";
    action.className = "action";
    action.dataset.step = step.step;
    const key = document.createElement("kbd");
    key.textContent = step.key.toUpperCase();
    action.append(say(step.label), key);
    return action;
  }));
}

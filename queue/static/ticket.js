// @ts-check
// The ticket on the phone: position and range live, and the call with colour, sound and vibration.

import { follow } from "../core/live.js";
import { clockText } from "../core/server-time.js";

const LINE = 6;

/** @param {string} name @returns {HTMLElement} */
const part = (name) => {
  const found = document.querySelector(`[data-${name}]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page lacks data-${name}`);
  return found;
};

/** @type {Record<string, string>} */
const words = JSON.parse(part("words").textContent ?? "{}");
const { ticket: token = "", id = "" } = document.body.dataset;
/** @type {string} */
let state = document.body.dataset.state ?? "waiting";
let mostAhead = 0;
let early = !part("early").hidden;

/** @param {string} key @param {Record<string, string | number>} [values] */
function say(key, values = {}) {
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), words[key] ?? key);
}

/** @param {string} number */
const shown = (number) => `${number[0]}\u00a0${number.slice(1)}`;

/** Shows the section of a state and hides the others. @param {string} next */
function show(next) {
  const before = state;
  state = next;
  document.body.dataset.state = next;
  document.body.classList.toggle("is-called", next === "called");
  document.body.classList.toggle("is-over", !["waiting", "parked", "called", "serving"].includes(next));
  for (const section of document.querySelectorAll("[data-when]")) {
    if (section instanceof HTMLElement) section.hidden = section.dataset.when !== next;
  }
  part("foot").hidden = !["waiting", "parked"].includes(next);
  part("early").hidden = !early || !["waiting", "parked"].includes(next);
  if (next === "called" && before !== "called") ring();
}

/** Two senses where the phone allows it: vibration and a short tone. */
function ring() {
  // Before the first touch a browser allows neither; the colour says it then.
  if (!navigator.userActivation?.hasBeenActive) return;
  navigator.vibrate?.([400, 200, 400, 200, 800]);
  const audio = new AudioContext();
  const gain = new GainNode(audio, { gain: 0.4 });
  const tone = new OscillatorNode(audio, { frequency: 784 });
  tone.connect(gain).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.6);
  window.setTimeout(() => audio.close(), 1000);
}

/** @param {{ counter: string | null, word: string | null, arrow: string | null, way: string | null }} way */
function drawWay(way) {
  if (!document.querySelector("[data-way]")) return; // by phone or video: nobody has to go anywhere
  const named = !/^\d/.test(way.counter ?? "0");
  part("word").textContent = named ? "" : way.word ?? "";
  part("counter").textContent = way.counter ?? "";
  part("way-words").textContent = way.way ?? "";
  part("way").classList.toggle("is-name", named);
  part("way").classList.toggle("is-long", !named && `${way.word}${way.counter}`.length > 6);
  const arrow = document.querySelector(`template[data-arrow-${way.arrow || "none"}]`);
  part("arrow").replaceChildren(arrow instanceof HTMLTemplateElement ? arrow.content.cloneNode(true) : "");
}

/** @param {any} view */
function drawWaiting(view) {
  const { wait, ahead } = view;
  if (!wait) part("range").textContent = say("unknown");
  else if (wait.high_minutes === null) part("range").textContent = say("over", { low: wait.low_minutes });
  else if (wait.high_minutes <= 5) part("range").textContent = say("soon");
  else part("range").textContent = say("range", { low: wait.low_minutes, high: wait.high_minutes });
  part("ahead").textContent = ahead === 0 ? say("ahead_none") : say(ahead === 1 ? "ahead_one" : "ahead", { n: ahead });
  drawLine(ahead);
}

/** How far the line has come since the page was opened. @param {number} ahead */
function drawLine(ahead) {
  mostAhead = Math.max(mostAhead, ahead);
  const gone = mostAhead === 0 ? LINE - 1 : Math.floor(((mostAhead - ahead) / mostAhead) * (LINE - 1));
  part("line").replaceChildren(...Array.from({ length: LINE }, (_, index) => {
    const step = document.createElement("i");
    if (index < gone) step.className = "is-gone";
    if (index === LINE - 1) step.className = "is-you";
    return step;
  }));
}

/** @param {any} message */
function onMessage(message) {
  if (message.type === "call") {
    const german = document.documentElement.lang === "de";
    const word = german ? message.word : message.word_en;
    part("last-call").textContent = `${shown(message.number)}, ${word} ${message.counter}`;
    if (String(message.ticket_id) !== id) return;
    drawWay({ ...message, word, way: german ? message.way : message.way_en ?? message.way });
    if (state === "called") ring();
    return show("called");
  }
  if (message.type !== "ticket") return;
  if (message.status === "waiting") drawWaiting(message);
  if (message.status === "called") drawWay(message);
  early = message.closed_early;
  // The appointment given instead has a link that is sent to nobody else: the page itself shows it.
  if (message.rebooked && state !== "rebooked") return window.location.reload();
  show(message.rebooked ? "rebooked" : message.status);
}

/** @param {boolean} connected */
function onState(connected) {
  const live = part("live");
  live.classList.toggle("is-stale", !connected);
  live.textContent = (connected ? live.dataset.on : live.dataset.off?.replace("{time}", clockText(Date.now()))) ?? "";
  part("offline").hidden = connected;
  if (connected) keepAwake();
}

/** The screen stays on while one waits, where the browser allows it. */
async function keepAwake() {
  if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
  try {
    await navigator.wakeLock.request("screen");
  } catch (refused) {
    console.info("the phone keeps its own time for switching off", refused);
  }
}

document.addEventListener("visibilitychange", keepAwake);
follow(`/ws/tickets/${encodeURIComponent(token)}`, { onMessage, onState });

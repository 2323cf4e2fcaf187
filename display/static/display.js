// @ts-check
// The call screen: what the line brings goes to the board, the picture and the announcer; without a
// line the last state stays.

import { dayText, hear, runEvenly, serverNow } from "../core/server-time.js";
import { apply, emptyBoard, shownOn, stands } from "./board.js";
import { Announcer, STILL_WORTH } from "./announcer.js";
import { Feed } from "./feed.js";
import { identify } from "./identify.js";
import { Keeper } from "./keeper.js";
import { coversCalls, drawMessage } from "./message.js";
import { startSlides } from "./slides.js";
import { audible, chime, isOn, onSoundChange, switchOn } from "./sound.js";
import { hush, prepare, speak, voiceOf } from "./voice.js";
import { screen } from "./settings.js";
import { draw as drawPicture, offerSound } from "./view.js";
import { soundsHere } from "./windows.js";

/** @typedef {import("./board.js").Call} Call */

// After this long without a call the number leaves the large panel. All in ms.
const CALM_AFTER = 180000;
// So long a page waits for its line before it shows what it kept.
const PATIENCE = 4000;
const CONFIRM_EVERY = 30000;

runEvenly();
let board = emptyBoard();
/** @type {Call | null} */
let golden = null;
/** @type {Record<string, import("./view.js").Estimate>} */
let estimates = {};
let connected = false;
/** Server's time since when the line is lost, 0 when nobody knows. @type {number | null} */
let offlineSince = null;
/** Why the page has to load anew: another digest, or an order (null). @type {string | null | undefined} */
let wanted;
let today = "";
let confirmed = 0;

const keeper = new Keeper(screen.slug, screen.own);
const slides = startSlides(screen);
const announcer = new Announcer({
  emphasise(call) {
    golden = call;
    draw();
  },
  prepare,
  chime: async () => soundsHere() && chime(),
  speak: async (call) => soundsHere() && speak(call),
  hush,
  announced(call, { sound, spoken }) {
    if (soundsHere()) feed.acknowledge("announced", call, sound, spoken);
  },
}, screen.slug);

/** Says that a call is on the screen, once the frame with it has been painted. @param {Call} call */
function tellWhenPainted(call) {
  window.requestAnimationFrame(() => window.setTimeout(() => feed.acknowledge("shown", call, audible())));
}

/** The call that owns the large panel: the golden one, else the last one for a while. @returns {Call | null} */
function largeCall() {
  // Under an urgent message the last call would not be seen: it stands among those before.
  if (golden || coversCalls(board.messages)) return golden;
  const last = calls().find((call) => call.state !== "done" && announcer.done.includes(call.call_id));
  return last && serverNow() - Date.parse(last.at) < CALM_AFTER ? last : null;
}

/** @returns {Call[]} the calls that are for this screen, newest first */
const calls = () => board.calls.filter((call) => shownOn(call, screen));

function draw() {
  const gold = golden !== null && offlineSince === null;
  drawPicture({
    large: largeCall(),
    fresh: gold,
    calls: calls(),
    waiting: board.waiting,
    estimates,
    closed: board.closed,
    messages: board.messages,
    offlineSince,
    heard: heard(),
    // A screen's own clock may be wrong: none is shown before the server has told the time.
    now: feed.lastHeard === null ? null : serverNow(),
  });
  drawMessage(board.messages, gold);
  slides.hold(gold);
}

/** @returns {import("./view.js").Picture["heard"]} what a call comes with now, besides its gold */
function heard() {
  if (!audible()) return "none";
  return voiceOf() === "none" ? "chime" : "voice";
}

/** @param {any} message */
function onMessage(message) {
  if (message.type === "reload" || message.type === "identify") return obey(message);
  if (message.type === "estimate") {
    estimates = message.offices;
    return draw();
  }
  board = apply(board, message);
  announcer.withdraw((callId) => stands(board, callId));
  if (message.type === "snapshot") {
    estimates = message.offices;
    const digest = message.screens[screen.slug];
    if (digest && digest !== screen.digest) wanted = digest;
    catchUp();
  }
  // With a snapshot the hours may be others, which a slide says.
  slides.versions(board.slides, message.type === "snapshot");
  const called = message.type === "call" && shownOn(message, screen);
  if (called) announcer.add(message);
  draw();
  if (called) tellWhenPainted(message);
}

/** @param {{ type: "reload" | "identify", screen: string }} order */
function obey({ type, screen: meant }) {
  if (meant !== screen.slug) return;
  if (type === "reload") wanted = null;
  else identify(screen.name);
}

/** After a start or a lost line: announce what still stands and was missed, mark the rest as known. */
function catchUp() {
  const missed = calls().filter((call) =>
    !announcer.firstStart && !announcer.knows(call.call_id) && call.state === "called"
    && serverNow() - Date.parse(call.at) < STILL_WORTH);
  announcer.remember(board.calls.filter((call) => !missed.includes(call)).map((call) => call.call_id));
  announcer.hold(false);
  for (const call of missed.reverse()) {
    announcer.add(call);
    tellWhenPainted(call);
  }
}

/** @param {boolean} now whether there is a line */
function onState(now) {
  connected = now;
  if (now) offlineSince = null;
  else offlineSince ??= feed.lastHeard ?? takeUp();
  if (!now) announcer.hold(true);
  document.documentElement.dataset.live = now ? "on" : "off";
  draw();
}

/** A start without a line: the state from before. @returns {number} the time it is of, 0 without one */
function takeUp() {
  const kept = keeper.recall();
  if (!kept) return 0;
  board = kept.board;
  hear(new Date(kept.at + Math.max(0, Date.now() - kept.clock)).toISOString());
  slides.versions(board.slides);
  return kept.at;
}

function tick() {
  draw();
  if (feed.lastHeard === null || !connected) return;
  keeper.remember(board);
  if (serverNow() - confirmed > CONFIRM_EVERY) keeper.confirm(board, confirmed = serverNow());
  feed.sayHello();
  const day = dayText(serverNow());
  if (today && day !== today) slides.midnight();
  today = day;
  if (wanted === undefined || !announcer.idle) return;
  keeper.load(wanted);
  // An order is obeyed once. Another digest stays wanted: two changes may come within a few seconds.
  if (wanted === null) wanted = undefined;
}

async function showSound() {
  offerSound(!(isOn() || await switchOn()));
}

const self = () => ({ version: screen.version, sound: isOn(), voice: voiceOf(), keeps: keeper.keeps });
// The first word comes later than this line is written, whatever the network does.
const feed = new Feed(screen.slug, { onMessage, onState, self });
document.addEventListener("pointerdown", showSound);
document.addEventListener("keydown", showSound);
onSoundChange(() => offerSound(!isOn()));
window.setInterval(tick, 1000);
window.setTimeout(() => { if (feed.lastHeard === null) onState(false); }, PATIENCE);
showSound();
// What came before the page was kept is asked for again, so that it is kept too.
keeper.keepPage().then(() => keeper.keeps && slides.midnight());
keeper.stayAwake();

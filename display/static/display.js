// @ts-check
// The call screen: socket in, board and announcements out.

import { follow, SOON } from "../core/live.js";
import { hear, serverNow } from "../core/server-time.js";
import { apply, emptyBoard, shownOn, stands } from "./board.js";
import { Announcer, STILL_WORTH } from "./announcer.js";
import { chime, isOn, onSoundChange, switchOn } from "./sound.js";
import { hush, prepare, speak } from "./voice.js";
import { screen } from "./settings.js";
import { draw as drawPicture, offerSound } from "./view.js";

/** @typedef {import("./board.js").Call} Call */

// After this long without a call the number leaves the large panel.
const CALM_AFTER = 180000;

let board = emptyBoard();
/** @type {Call | null} */
let golden = null;
/** @type {Record<string, import("./view.js").Estimate>} */
let estimates = {};
/** @type {number | null} */
let offlineSince = null;
/** @type {number} */
let lastHeard = serverNow();
let heard = false;

const name = screen.slug;
const announcer = new Announcer({
  emphasise(call) {
    golden = call;
    draw();
  },
  prepare,
  chime,
  speak,
  hush,
  announced: (call, spoken) => tell("announced", call, spoken),
}, name);

/** @param {"shown" | "announced"} type @param {Call} call @param {boolean} [spoken] by a voice */
function tell(type, call, spoken = false) {
  line?.send({ type, office: call.office, call_id: call.call_id, sound: isOn(), spoken });
}

/** Says that a call is on the screen, once the frame with it has been painted. @param {Call} call */
function tellWhenPainted(call) {
  window.requestAnimationFrame(() => window.setTimeout(() => tell("shown", call)));
}

/** The call that owns the large panel: the golden one, else the last one for a while. @returns {Call | null} */
function largeCall() {
  if (golden) return golden;
  const last = calls().find((call) => call.state !== "done" && announcer.done.includes(call.call_id));
  return last && serverNow() - Date.parse(last.at) < CALM_AFTER ? last : null;
}

/** @returns {Call[]} the calls that are for this screen, newest first */
const calls = () => board.calls.filter((call) => shownOn(call, screen));

function draw() {
  drawPicture({
    large: largeCall(),
    fresh: golden !== null && offlineSince === null,
    calls: calls(),
    waiting: board.waiting,
    estimates,
    closed: board.closed,
    messages: board.messages,
    offlineSince,
    now: heard ? serverNow() : null,
  });
}

/** @param {any} message */
function onMessage(message) {
  hear(message.now);
  lastHeard = serverNow();
  heard = true;
  if (message.type === "estimate") {
    estimates = message.offices;
    return draw();
  }
  board = apply(board, message);
  announcer.withdraw((callId) => stands(board, callId));
  if (message.type === "snapshot") {
    estimates = message.offices;
    catchUp();
  }
  const called = message.type === "call" && shownOn(message, screen);
  if (called) announcer.add(message);
  draw();
  if (called) tellWhenPainted(message);
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

/** @param {boolean} connected */
function onState(connected) {
  offlineSince = connected ? null : offlineSince ?? lastHeard;
  if (!connected) announcer.hold(true);
  document.documentElement.dataset.live = connected ? "on" : "off";
  draw();
}

async function showSound() {
  offerSound(!(isOn() || await switchOn()));
}

const line = follow(`/ws/displays/${encodeURIComponent(name)}`, { onMessage, onState, longestWait: SOON });
document.addEventListener("pointerdown", showSound);
document.addEventListener("keydown", showSound);
onSoundChange(() => offerSound(!isOn()));
// A screen's own clock may be wrong: none is shown before the server has told the time.
window.setInterval(draw, 1000);
showSound();

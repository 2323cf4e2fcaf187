// @ts-check
// The call screen: socket in, board and announcements out.

import { follow, SOON } from "../core/live.js";
import { hear, serverNow } from "../core/server-time.js";
import { apply, emptyBoard, stands } from "./board.js";
import { Announcer, STILL_WORTH } from "./announcer.js";
import { chime, isOn, onSoundChange, switchOn } from "./sound.js";
import { hush, prepare, speak } from "./voice.js";
import { drawCall, drawClock, drawClosed, drawHistory, drawOffline, drawWaiting, offerSound } from "./view.js";

/** @typedef {import("./board.js").Call} Call */

// After this long without a call the number leaves the large panel.
const CALM_AFTER = 180000;

let board = emptyBoard();
let closed = false;
/** @type {Call | null} */
let golden = null;
/** @type {Record<string, { waiting: number, wait: { low_minutes: number, high_minutes: number | null } | null }>} */
let estimates = {};
/** @type {number | null} */
let offlineSince = null;
/** @type {number} */
let lastHeard = serverNow();
let heard = false;

const name = document.body.dataset.display ?? "";
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
  const last = board.calls.find((call) => call.state !== "done" && announcer.done.includes(call.call_id));
  return last && serverNow() - Date.parse(last.at) < CALM_AFTER ? last : null;
}

function draw() {
  const large = largeCall();
  drawCall(large, golden !== null && offlineSince === null);
  drawHistory(board.calls.filter((call) => call.ticket_id !== large?.ticket_id), large !== null);
  drawOffline(offlineSince);
  closed = drawClosed(board.closed, large !== null, offlineSince !== null);
  drawFoot();
}

function drawFoot() {
  const count = Object.values(board.waiting).reduce((sum, waiting) => sum + waiting, 0);
  const ranges = Object.values(estimates).map((one) => one.wait);
  // Offices that share a room wait differently: one range for all of them would say nothing.
  if (offlineSince === null) drawWaiting(count, ranges[0] ?? null, ranges.length < 2 && !closed);
}

/** @param {any} message */
function onMessage(message) {
  hear(message.now);
  lastHeard = serverNow();
  heard = true;
  drawClock(lastHeard);
  if (message.type === "estimate") {
    estimates = message.offices;
    return drawFoot();
  }
  board = apply(board, message);
  announcer.withdraw((callId) => stands(board, callId));
  if (message.type === "snapshot") {
    estimates = message.offices;
    catchUp();
  }
  if (message.type === "call") announcer.add(message);
  draw();
  if (message.type === "call") tellWhenPainted(message);
}

/** After a start or a lost line: announce what still stands and was missed, mark the rest as known. */
function catchUp() {
  const missed = board.calls.filter((call) =>
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
window.setInterval(() => { if (heard) drawClock(serverNow()); draw(); }, 1000);
showSound();

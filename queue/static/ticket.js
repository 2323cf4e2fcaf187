// @ts-check
// The ticket on the phone: what the server tells is drawn, a call rings, and the page stays awake.

import { follow } from "../core/live.js";
import { clockText, hear, serverNow } from "../core/server-time.js";
import { keepAwake, whenWoken } from "./ticket-awake.js";
import { draw, drawSaid } from "./ticket-draw.js";
import { part, say, shown, wordOf, write } from "./ticket-page.js";
import { hearsCalls, hush, offerSound, ringFor } from "./ticket-ring.js";
import { listenToSteps } from "./ticket-steps.js";

/** @typedef {import("./ticket-page.js").View} View */

const { ticket: token = "", id = "", now = "" } = document.body.dataset;
hear(now);
/** @type {View | null} */
let view = null;

/** @param {View} told */
function take(told) {
  if (view && told.version < view.version) return; // a step taken here is newer
  // The appointment given instead has a link that is sent to nobody else: the page itself shows it.
  if (told.rebooked && document.body.dataset.state !== "rebooked") return window.location.reload();
  view = told;
  draw(told);
  if (told.status === "called" && told.called_at) ringFor(told.called_at);
  else hush();
  keepAwake(["waiting", "parked", "called"].includes(told.status));
}

/** A call as all phones of the office hear it. @param {any} call */
function hearCall(call) {
  // The own number is never the last call: it may be put back into the line.
  if (String(call.ticket_id) !== id) return write(part("last-call"), `${shown(call.number)}, ${wordOf(call).text} ${call.counter}`);
  if (!view) return;
  const { counter, word, word_en, arrow, way, way_en, called_at } = call;
  take({ ...view, status: "called", counter, word, word_en, arrow, way, way_en, called_at, on_the_way: false });
}

/** @param {boolean} connected */
function onState(connected) {
  const live = part("live");
  live.classList.toggle("is-stale", !connected);
  const off = live.dataset.off?.replace("{time}", clockText(serverNow(), document.documentElement.lang));
  write(live, (connected ? live.dataset.on : off) ?? "");
  part("offline").hidden = connected;
  // What may have changed meanwhile is not said; the line tells it anew as soon as it is there.
  document.body.classList.toggle("is-offline", !connected);
  if (!connected) write(part("range"), say("unknown"));
  hearsCalls(connected);
}

const line = follow(`/ws/tickets/${encodeURIComponent(token)}`, {
  onMessage(message) {
    if (message.type === "ticket") take(message);
    if (message.type === "call") hearCall(message);
  },
  onState,
});
offerSound();
listenToSteps(take);
whenWoken(() => line.wake());
// "Not before 10:52" and the minute to think again pass by themselves.
window.setInterval(() => {
  if (view) drawSaid(view);
}, 1000);

// @ts-check
// What every page of the kiosk does: steps, idle time, scanner, and the line to the server, which
// moves the clock and notices when the server is gone and when it is back.

import { follow } from "../core/live.js";
import { clockText, hear, serverNow } from "../core/server-time.js";
import { watchIdle } from "./idle.js";
import { watchScanner } from "./scanner.js";
import { sayOffline, watchSteps } from "./steady.js";

// A short gap, such as a restart, is nobody's concern.
const SAID_AFTER_MS = 3000;

const { kiosk, step } = document.body.dataset;
let heard = false;
let wasOffline = false;
let silence = 0;

function drawClock() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    if (heard) clock.textContent = clockText(serverNow());
  }
}

/** @param {boolean} connected */
function onState(connected) {
  window.clearTimeout(silence);
  if (connected) {
    sayOffline(false);
    // The start shows what holds now; a step in the middle keeps what was typed.
    if (wasOffline && step === "start") location.reload();
    wasOffline = false;
  } else {
    silence = window.setTimeout(() => {
      wasOffline = true;
      // A number stays readable whatever happens.
      if (step !== "ticket") sayOffline(true);
    }, SAID_AFTER_MS);
  }
}

watchSteps();
watchIdle();
watchScanner();
follow(`/ws/kiosks/${kiosk}`, {
  onMessage(message) {
    hear(message.now);
    heard = true;
    drawClock();
    document.dispatchEvent(new CustomEvent("kiosk-now", { detail: message }));
  },
  onState,
});
window.setInterval(drawClock, 1000);

// @ts-check
// How the phone calls for its holder: a sound, switched on by one touch, and vibration.

import { playChime } from "../core/chime.js";
import { part, say, write } from "./ticket-page.js";

const WISH = "aufruf.ticket.sound";
const RUNG = `aufruf.ticket.rung.${document.body.dataset.id}`;
const ROUNDS = 4;
const ROUND_MS = 2600;
const SHAKES = [400, 200, 400, 200, 700];

/** @type {AudioContext | null} */
let audio = null;
let wanted = sessionStorage.getItem(WISH) === "on";
let round = 0;
let connected = true;

const isOn = () => wanted && audio?.state === "running";

/** May only follow a touch: before that a browser keeps quiet. */
async function switchOn() {
  if (!audio) {
    audio = new AudioContext();
    audio.addEventListener("statechange", drawSound);
  }
  await audio.resume();
}

function shake() {
  // Without a touch before it, a browser refuses and complains.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(SHAKES);
}

/** The call itself, several times, until somebody touches the page or the call is over. */
function ring(left = ROUNDS) {
  if (audio && isOn()) playChime(audio.destination);
  shake();
  clearTimeout(round);
  if (left > 1) round = window.setTimeout(() => ring(left - 1), ROUND_MS);
}

/** Be quiet. */
export function hush() {
  clearTimeout(round);
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(0);
}

/** Rings once for each call, also when it is heard of late or the page was loaded anew. @param {string} calledAt */
export function ringFor(calledAt) {
  const call = String(Date.parse(calledAt));
  if (sessionStorage.getItem(RUNG) === call) return;
  sessionStorage.setItem(RUNG, call);
  // A phone that slept may have taken the sound away; it comes back without a touch.
  if (wanted && audio?.state === "suspended") audio.resume().then(() => ring(), () => ring());
  else ring();
}

function drawSound() {
  const on = isOn();
  const said = on && "vibrate" in navigator ? "sound_felt_hint" : on ? "sound_on_hint" : "sound_off_hint";
  part("sound").setAttribute("aria-pressed", String(on));
  part("sound-on").hidden = !on;
  part("sound-off").hidden = on;
  write(part("sound-label"), say(on ? "sound_on" : "sound_off"));
  write(part("sound-hint"), say(connected ? said : "sound_offline_hint"));
}

/** Promises no call that cannot come. @param {boolean} does whether the line to the server stands */
export function hearsCalls(does) {
  connected = does;
  drawSound();
}

/** Offers the sound; who wanted it before the page was loaded anew has it again with the first touch. */
export function offerSound() {
  part("sound").hidden = false;
  part("sound").addEventListener("click", async () => {
    const on = !isOn();
    if (on) await switchOn();
    wanted = on;
    sessionStorage.setItem(WISH, on ? "on" : "off");
    if (on && audio) playChime(audio.destination);
    if (on) navigator.vibrate?.(200);
    drawSound();
  });
  document.addEventListener("pointerdown", (event) => {
    hush();
    const onButton = event.target instanceof Element && event.target.closest("[data-sound]");
    if (wanted && !isOn() && !onButton) switchOn();
  });
  drawSound();
}

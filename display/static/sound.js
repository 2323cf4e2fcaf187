// @ts-check
// Everything that sounds goes through one gain here: the chime and clips. When
// nothing may be heard (volume, quiet hours) is decided here too; who speaks, in voice.js.

import { playChime } from "../core/chime.js";
import { clockText, serverNow } from "../core/server-time.js";
import { screen } from "./settings.js";

// A sound that never reports its end must not hold the next call back.
const LATE_END_SECONDS = 1;

/** @type {AudioContext | undefined} */
let context;
/** @type {GainNode | undefined} */
let gain;
/** What sounds now, with what is to be told when it is ended early. @type {Map<AudioScheduledSourceNode, () => void>} */
const sounding = new Map();

/** @returns {AudioContext} */
function audio() {
  context ??= new AudioContext();
  return context;
}

/** @returns {GainNode} the one gain that all sound of this screen passes */
export function master() {
  if (!gain) {
    gain = new GainNode(audio(), { gain: volumeNow(serverNow()) });
    gain.connect(audio().destination);
  }
  return gain;
}

/** @returns {boolean} whether the browser lets us be heard */
export function isOn() {
  return audio().state === "running";
}

/** Asks the browser to let us be heard; works after a touch. @returns {Promise<boolean>} */
export async function switchOn() {
  await Promise.race([audio().resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
  return isOn();
}

/** Tells whenever the browser switches the sound on or off by itself. @param {() => void} changed */
export function onSoundChange(changed) {
  audio().addEventListener("statechange", changed);
}

/**
 * How loud the screen is at a time of the server: 0 to 1, nothing in its quiet hours.
 * @param {number} serverTime ms since the epoch
 * @returns {number}
 */
export function volumeNow(serverTime) {
  return isQuiet(minuteOfDay(serverTime)) ? 0 : screen.volume / 100;
}

/** @param {number} minute of the local day @returns {boolean} */
function isQuiet(minute) {
  const { quiet_from: from, quiet_to: to } = screen;
  if (from === null || to === null || from === to) return false;
  // Quiet hours may last over midnight: from 18:00 to 07:00.
  return from < to ? from <= minute && minute < to : from <= minute || minute < to;
}

/** @param {number} serverTime @returns {number} */
function minuteOfDay(serverTime) {
  const [hour, minute] = clockText(serverTime).split(":").map(Number);
  return (hour % 24) * 60 + minute;
}

/** Sets the gain to what holds now. @returns {boolean} whether anything can be heard at all */
export function audible() {
  const volume = volumeNow(serverNow());
  master().gain.value = volume;
  return volume > 0 && isOn();
}

/** @param {ArrayBuffer} bytes of a sound file @returns {Promise<AudioBuffer>} */
export function decode(bytes) {
  return audio().decodeAudioData(bytes);
}

/** @returns {Promise<boolean>} resolves when the chime has sounded: whether it was heard */
export async function chime() {
  if (!audible()) return false;
  const heard = await Promise.all(playChime(master()).map(({ source, seconds }) => untilEnd(source, seconds)));
  return heard.includes(true);
}

/** Plays a clip. @param {AudioBuffer} buffer @returns {Promise<boolean>} whether it was heard to its end */
export function play(buffer) {
  if (!audible()) return Promise.resolve(false);
  const source = new AudioBufferSourceNode(audio(), { buffer });
  source.connect(master());
  const ended = untilEnd(source, buffer.duration);
  source.start();
  return ended;
}

/** Ends at once whatever sounds. */
export function hush() {
  for (const [source, cut] of [...sounding]) {
    cut();
    source.stop();
    source.disconnect();
  }
}

/**
 * Resolves when a sound has ended: true by itself, false when it was hushed or never came to an end.
 * @param {AudioScheduledSourceNode} source @param {number} seconds it lasts @returns {Promise<boolean>}
 */
function untilEnd(source, seconds) {
  return new Promise((resolve) => {
    /** @param {boolean} whole */
    const end = (whole) => {
      clearTimeout(limit);
      sounding.delete(source);
      resolve(whole);
    };
    const limit = window.setTimeout(() => end(false), (seconds + LATE_END_SECONDS) * 1000);
    sounding.set(source, () => end(false));
    source.onended = () => end(true);
  });
}

// Quiet hours begin and end in the middle of a sentence too.
window.setInterval(() => { if (gain) audible(); }, 1000);

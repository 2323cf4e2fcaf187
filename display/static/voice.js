// @ts-check
// Who says a call, and how often: for each language a voice of the browser's own that needs no
// network, else a clip of the server, else nobody. The words come from the server either way.

import { asked, clipOf, clipsIn, wordsOf } from "./clips.js";
import { serverNow } from "../core/server-time.js";
import { screen } from "./settings.js";
import { audible, hush as hushSound, play, volumeNow } from "./sound.js";

/** @typedef {import("./board.js").Call} Call */

const GERMAN = "de";
// Between two sentences in ms.
const BREATH = 600;
// What is not there when its turn has come is waited for so long; then the call goes on without.
const PATIENCE = 2500;
// A voice that never reports its end must not hold the next call back.
const LONGEST_SPEECH = 15000;

// Grows with every call that is spoken or hushed: whoever speaks for an older one falls silent.
let turn = 0;

/** @param {string} language @returns {SpeechSynthesisVoice | undefined} one that asks nobody else */
function systemVoice(language) {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
}

/** @param {string} language @returns {"system" | "recorded" | "made" | "none"} who speaks it here */
export function voiceOf(language = GERMAN) {
  if (screen.voice === "chime") return "none";
  if (screen.voice !== "clips" && systemVoice(language)) return "system";
  return screen.voice === "system" ? "none" : clipsIn(language);
}

/** @param {Call} call @returns {string[]} the languages a call is said in, in order, each once */
function languagesOf(call) {
  const second = screen.announce[call.office]?.language;
  return second ? [GERMAN, second] : [GERMAN];
}

/** Fetches what will be said, long before it is its turn. @param {Call} call */
export async function prepare(call) {
  await asked;
  for (const language of languagesOf(call)) {
    const who = voiceOf(language);
    if (who === "system") wordsOf(call, language);
    else if (who !== "none") clipOf(call, language);
  }
}

/**
 * Says a call as often as its office wants, in German and its second language.
 * @param {Call} call
 * @returns {Promise<boolean>} when it has been said or cannot be: whether a voice said it
 */
export async function speak(call) {
  const mine = ++turn;
  const times = screen.announce[call.office]?.times ?? 1;
  const sentences = Array.from({ length: times }, () => languagesOf(call)).flat();
  let spoken = false;
  for (const language of sentences) {
    if (spoken) await pause(BREATH);
    if (mine !== turn || !audible()) break;
    spoken = await say(call, language) || spoken;
  }
  return spoken;
}

/** Ends what is being said, and the chime. */
export function hush() {
  turn += 1;
  globalThis.speechSynthesis?.cancel();
  hushSound();
}

/** @param {Call} call @param {string} language @returns {Promise<boolean>} */
async function say(call, language) {
  const mine = turn;
  await atMost(PATIENCE, asked);
  const who = voiceOf(language);
  if (who === "none") return false;
  const found = await atMost(PATIENCE, who === "system" ? wordsOf(call, language) : clipOf(call, language));
  if (!found || mine !== turn) return false;
  return typeof found === "string" ? utter(found, language) : play(found);
}

/** @param {string} words @param {string} language @returns {Promise<boolean>} */
function utter(words, language) {
  const utterance = new SpeechSynthesisUtterance(words);
  utterance.voice = systemVoice(language) ?? null;
  utterance.lang = utterance.voice?.lang ?? language;
  utterance.rate = 0.9;
  // This voice does not pass our gain: it is told how loud to be.
  utterance.volume = volumeNow(serverNow());
  return new Promise((resolve) => {
    utterance.onend = () => resolve(true);
    utterance.onerror = () => resolve(false);
    window.setTimeout(() => resolve(false), LONGEST_SPEECH);
    speechSynthesis.speak(utterance);
  });
}

/** @param {number} ms @returns {Promise<void>} */
function pause(ms) {
  return new Promise((resolve) => window.setTimeout(resolve, ms));
}

/** @template T @param {number} ms @param {Promise<T>} wanted @returns {Promise<T | undefined>} */
function atMost(ms, wanted) {
  return Promise.race([wanted, pause(ms).then(() => undefined)]);
}

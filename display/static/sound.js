// @ts-check
// Chime and voice. The chime is computed here; the voice is the browser's German one, if it has one.

/** @typedef {import("./board.js").Call} Call */

const DIGITS = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"];
const CHIME_SECONDS = 0.9;
// A voice that never reports its end must not hold the next call back.
const LONGEST_SPEECH = 9000;

/** @type {AudioContext | undefined} */
let context;

/** @returns {AudioContext} */
function audio() {
  context ??= new AudioContext();
  return context;
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

/**
 * Two falling tones, a soft "ding dong".
 * @returns {Promise<void>} resolves when it has sounded
 */
export async function chime() {
  if (!isOn()) return;
  const ctx = audio();
  const start = ctx.currentTime + 0.01;
  tone(ctx, 784, start, 0.45);
  tone(ctx, 622, start + 0.32, CHIME_SECONDS - 0.32);
  await new Promise((resolve) => setTimeout(resolve, CHIME_SECONDS * 1000));
}

/** @param {AudioContext} ctx @param {number} pitch Hz @param {number} at s @param {number} length s */
function tone(ctx, pitch, at, length) {
  const source = new OscillatorNode(ctx, { type: "sine", frequency: pitch });
  const gain = new GainNode(ctx, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.5, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.001, at + length);
  source.connect(gain).connect(ctx.destination);
  source.start(at);
  source.stop(at + length);
}

/** @param {Call} call @returns {string} "Nummer A, null, vier, zwei, bitte Platz 3." */
export function sentence(call) {
  const digits = [...call.number.slice(1)].map((digit) => DIGITS[Number(digit)]);
  return `Nummer ${call.number[0]}, ${digits.join(", ")}, bitte ${call.word} ${call.counter}.`;
}

/** Ends what is being said. */
export function hush() {
  globalThis.speechSynthesis?.cancel();
}

/** @returns {SpeechSynthesisVoice | undefined} */
function germanVoice() {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.lang.startsWith("de") && voice.localService)
    ?? voices.find((voice) => voice.lang.startsWith("de"));
}

/**
 * Says a call, if there is a German voice and the sound is on.
 * @param {Call} call
 * @returns {Promise<void>} resolves when it has been said, or at once where nothing can be said
 */
export function speak(call) {
  const voice = germanVoice();
  if (!voice || !isOn()) return Promise.resolve();
  const words = new SpeechSynthesisUtterance(sentence(call));
  words.voice = voice;
  words.lang = voice.lang;
  words.rate = 0.9;
  return new Promise((resolve) => {
    words.onend = words.onerror = () => resolve();
    window.setTimeout(resolve, LONGEST_SPEECH);
    speechSynthesis.speak(words);
  });
}

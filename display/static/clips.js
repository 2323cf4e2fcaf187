// @ts-check
// Clips of spoken calls: asked of the server as soon as a call arrives, kept for the next time the
// same is called. What the server can speak, and the words for a voice of the browser's own.

import { screen } from "./settings.js";
import { decode } from "./sound.js";

/** @typedef {import("./board.js").Call} Call */
/** @typedef {{ voice: "recorded" | "made" | "none", version: string }} Source */

const KEPT = "aufruf-speech";
const MOST_KEPT = 60;
// Decoded clips wait in memory for their turn; more calls than this are decoded again from the store.
const MOST_READY = 12;
const PATIENCE = 8000;
const LEARN_AGAIN = 3600000;

/** What the server has for each language. @type {Record<string, Source>} */
let sources = {};
/** @type {Map<string, Promise<any>>} */
const ready = new Map();

const speech = `/display/${encodeURIComponent(screen.slug)}/speech`;

/** Asks what the server can speak; keeps what was known when it does not answer. @returns {Promise<void>} */
async function learn() {
  try {
    const answer = await fetch(speech, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) sources = await answer.json();
  } catch {
    window.setTimeout(learn, PATIENCE);
  }
}

/** @param {string} language @returns {"recorded" | "made" | "none"} */
export function clipsIn(language) {
  return sources[language]?.voice ?? "none";
}

/** @param {Call} call @param {string} language @returns {Promise<AudioBuffer | null>} null where nobody speaks */
export function clipOf(call, language) {
  return once(`${path(call, language)}.wav?v=${sources[language]?.version ?? ""}`, async (url) => {
    const answer = await stored(url);
    return answer && decode(await answer.arrayBuffer());
  });
}

/** @param {Call} call @param {string} language @returns {Promise<string | null>} the words of a call */
export function wordsOf(call, language) {
  return once(`${path(call, language)}.txt`, async (url) => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? answer.text() : null;
  });
}

/** @param {Call} call @param {string} language @returns {string} */
function path(call, language) {
  return [speech, language, call.office, call.number, call.place].join("/");
}

/**
 * Does something for an address once, and keeps the newest answers; a failure is tried again.
 * @template T
 * @param {string} url @param {(url: string) => Promise<T | null>} get @returns {Promise<T | null>}
 */
function once(url, get) {
  const found = ready.get(url) ?? get(url).catch(() => null).then((got) => {
    if (got === null) ready.delete(url);
    return got;
  });
  ready.delete(url);
  ready.set(url, found);
  for (const old of [...ready.keys()].slice(0, -MOST_READY)) ready.delete(old);
  return found;
}

/** From the browser's store, which exists only in secure contexts, else from the server. @param {string} url */
async function stored(url) {
  const store = await globalThis.caches?.open(KEPT).catch(() => undefined);
  const kept = await store?.match(url);
  if (kept) return kept;
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) return null;
  // A full store must not cost the clip.
  if (store) await keep(store, url, answer.clone()).catch(() => null);
  return answer;
}

/** @param {Cache} store @param {string} url @param {Response} answer */
async function keep(store, url, answer) {
  await store.put(url, answer);
  const addresses = await store.keys();
  await Promise.all(addresses.slice(0, -MOST_KEPT).map((old) => store.delete(old)));
}

// Somebody may record clips or install the engine while the screen runs.
window.setInterval(learn, LEARN_AGAIN);

/** Resolves when the server was asked for the first time, answer or not. */
export const asked = learn();

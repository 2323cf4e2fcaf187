// @ts-check
// One call after the other: gold, chime, voice, in the order they came; never two at once, none cut
// but a withdrawn one. Remembers across reloads which calls it has announced.

import { keep, recall } from "../core/storage.js";

/** @typedef {import("./board.js").Call} Call */

// The timeline of a call in ms (docs/architecture.md, "A call on the screen").
const VOICE_AT = 1000;
const CALM_AT = 8000;
const NEXT_AT = 7000;
const REMEMBERED = 60;
// A call missed while cut off is announced afterwards if it is not older than this.
export const STILL_WORTH = 90000;

/** @typedef {{ sound: boolean, spoken: boolean }} Heard of a call: anything at all, and a voice */
/**
 * @typedef {object} Stage what the announcer plays on
 * @property {(call: Call | null) => void} emphasise gold for this call, or for none
 * @property {(call: Call) => void | Promise<void>} prepare told as soon as a call has come: what it needs is fetched
 * @property {() => Promise<boolean>} chime resolves when it has sounded: whether it was heard
 * @property {(call: Call) => Promise<boolean>} speak resolves when it has been said: whether a voice did
 * @property {() => void} hush ends chime and voice
 * @property {(call: Call, heard: Heard) => void} announced told when a call has had its turn
 */

/** @param {number} ms @returns {Promise<void>} */
const pause = (ms) => new Promise((resolve) => window.setTimeout(resolve, ms));

export class Announcer {
  /** @param {Stage} stage @param {string} screen whose memory this is */
  constructor(stage, screen) {
    this.stage = stage;
    this.memory = `aufruf.announced.${screen}`;
    /** @type {Call[]} */
    this.queue = [];
    /** @type {Call | null} */
    this.current = null;
    this.running = false;
    this.held = false;
    /** Ends the turn of a call that was withdrawn. @type {(nothing: null) => void} */
    this.cut = () => {};
    const kept = recall(this.memory);
    this.firstStart = !Array.isArray(kept);
    /** @type {number[]} */
    this.done = Array.isArray(kept) ? kept : [];
  }

  /** @returns {boolean} whether nothing is announced and nothing waits for it */
  get idle() {
    return !this.running && this.current === null && this.queue.length === 0;
  }

  /** @param {number} callId @returns {boolean} */
  knows(callId) {
    return this.done.includes(callId) || this.queue.some((call) => call.call_id === callId);
  }

  /** Marks calls as known without announcing them. @param {number[]} callIds */
  remember(callIds) {
    this.done = [...this.done.filter((id) => !callIds.includes(id)), ...callIds].slice(-REMEMBERED);
    this.firstStart = false;
    keep(this.memory, this.done);
  }

  /** Takes a call into the queue. @param {Call} call */
  add(call) {
    if (this.held || this.knows(call.call_id)) return;
    this.queue.push(call);
    this.stage.prepare(call);
    if (!this.running) this.run();
  }

  /**
   * Forgets calls that no longer stand: waiting ones leave the queue, the current one ends now.
   * @param {(callId: number) => boolean} stillStands
   */
  withdraw(stillStands) {
    this.queue = this.queue.filter((call) => stillStands(call.call_id));
    if (this.current && !stillStands(this.current.call_id)) this.breakOff();
  }

  /**
   * Nothing is announced while people are called in person; what waited its turn is forgotten, and
   * taken up again afterwards like any missed call.
   * @param {boolean} held
   */
  hold(held) {
    this.held = held;
    if (held) this.queue = [];
    if (held && this.current) this.breakOff();
  }

  breakOff() {
    this.current = null;
    this.cut(null);
    this.stage.hush();
    this.stage.emphasise(null);
  }

  async run() {
    this.running = true;
    for (let call = this.queue.shift(); call; call = this.queue.shift()) {
      this.remember([call.call_id]);
      this.current = call;
      this.stage.emphasise(call);
      const withdrawn = new Promise((resolve) => { this.cut = resolve; });
      await Promise.race([this.turn(call), withdrawn]);
    }
    this.running = false;
    if (this.current === null) this.stage.emphasise(null);
  }

  /** @param {Call} call */
  async turn(call) {
    const started = performance.now();
    const left = (/** @type {number} */ until) => Math.max(0, until - (performance.now() - started));
    const heard = await this.sound(call);
    if (this.current === call) this.stage.announced(call, heard);
    await pause(left(NEXT_AT));
    if (this.queue.length === 0) await pause(left(CALM_AT));
    if (this.current !== call) return;
    this.current = null;
    if (this.queue.length === 0) this.stage.emphasise(null);
  }
  /** Chime, then voice; what fails to sound holds no call back. @param {Call} call @returns {Promise<Heard>} */
  async sound(call) {
    let rung = false;
    try {
      [rung] = await Promise.all([this.stage.chime(), pause(VOICE_AT)]);
      const spoken = this.current === call && await this.stage.speak(call);
      return { sound: rung || spoken, spoken };
    } catch (problem) {
      console.error("a call was not said", problem);
      return { sound: rung, spoken: false };
    }
  }
}

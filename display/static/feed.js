// @ts-check
// The line of a screen: what comes in is handed on; what the screen says of itself and of its calls
// goes out here.

import { follow, SOON } from "../core/live.js";
import { hear, lateness, serverNow } from "../core/server-time.js";

/** @typedef {import("./board.js").Call} Call */

/**
 * @typedef {object} Self what a screen says of itself
 * @property {string} version of its page
 * @property {boolean} sound whether it can be heard
 * @property {"system" | "recorded" | "made" | "none"} voice who speaks
 * @property {boolean} keeps whether its page is there without a line
 */

// In ms: how often a screen says what changed of itself, and what its clock may drift unsaid.
const HELLO_EVERY = 5000;
const DRIFT = 2000;

export class Feed {
  /**
   * @param {string} slug of the screen
   * @param {{ onMessage: (message: any) => void, onState: (connected: boolean) => void, self: () => Self }} options
   */
  constructor(slug, { onMessage, onState, self }) {
    this.self = self;
    this.said = "";
    this.saidAt = -Infinity;
    this.late = 0;
    /** Server's time of the last sign of life, null before the first. @type {number | null} */
    this.lastHeard = null;
    this.line = follow(`/ws/displays/${encodeURIComponent(slug)}`, {
      onState: (connected) => {
        this.said = "";
        this.saidAt = -Infinity;
        onState(connected);
      },
      onHeard: () => {
        if (this.lastHeard !== null) this.lastHeard = serverNow();
      },
      onMessage: (message) => {
        if (message.now) hear(message.now);
        this.lastHeard = serverNow();
        onMessage(message);
        this.sayHello();
      },
      longestWait: SOON,
    });
  }

  /** Says what the screen is like, if that is new; called often. */
  sayHello() {
    const now = performance.now();
    if (now - this.saidAt < HELLO_EVERY) return;
    const late = Math.round(lateness());
    if (Math.abs(late - this.late) > DRIFT) this.late = late;
    const { devicePixelRatio: dense, innerWidth, innerHeight } = window;
    const size = { width: Math.round(innerWidth * dense), height: Math.round(innerHeight * dense) };
    const hello = { type: "hello", ...this.self(), ...size, late: this.late };
    const said = JSON.stringify(hello);
    if (said === this.said || !this.line.send(hello)) return;
    this.said = said;
    this.saidAt = now;
  }

  /**
   * Says what became of a call.
   * @param {"shown" | "announced"} type
   * @param {Call} call
   * @param {boolean} sound whether it is heard as well, or was
   * @param {boolean} [spoken] by a voice
   */
  acknowledge(type, call, sound, spoken = false) {
    this.line.send({ type, call_id: call.call_id, sound, spoken });
  }
}

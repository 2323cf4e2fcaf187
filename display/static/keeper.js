// @ts-check
// What a screen keeps on its device: its last state, and its page by way of the service worker. And
// when it loads its page anew: never into an answer that is none, never again and again.

import { serverNow } from "../core/server-time.js";
import { forget, keep, recall } from "../core/storage.js";
import { emptyBoard } from "./board.js";

/** @typedef {import("./board.js").Board} Board */

/**
 * @typedef {object} State
 * @property {Board} board
 * @property {number} at server's time of it
 * @property {number} clock the device's own time then
 */

// In ms. The same reason loads the page once in a while only: two servers of different versions
// must not send a screen back and forth.
const SAME_AGAIN = 15 * 60 * 1000;
const NEVER_SOONER = 20 * 1000;
const WORKER_PATIENCE = 20 * 1000;
// A state this old is of another day, whatever the device's clock says.
const STALE = 12 * 60 * 60 * 1000;
const LOADED = "aufruf.loaded";

export class Keeper {
  /** @param {string} slug of the screen @param {boolean} own whether this is the screen itself */
  constructor(slug, own) {
    this.memory = `aufruf.state.${slug}`;
    this.own = own;
    this.keeps = false;
    this.loading = false;
    /** @type {ServiceWorkerRegistration | undefined} */
    this.worker = undefined;
    this.kept = "";
  }

  /** Keeps the board with the time it is of. @param {Board} board */
  remember(board) {
    const text = JSON.stringify(board);
    if (!this.own || text === this.kept) return;
    this.kept = text;
    this.write({ board, at: serverNow(), clock: Date.now() });
  }

  /** Notes that the kept board is still right. @param {Board} board @param {number} at server's time */
  confirm(board, at) {
    if (this.own && this.kept) this.write({ board, at, clock: Date.now() });
  }

  /** Only the newest state is right: rather none than one of before. @param {State} state */
  write(state) {
    if (!keep(this.memory, state)) forget(this.memory);
  }

  /** @returns {State | null} what was kept; null when it is nothing, or of another day */
  recall() {
    const state = this.own ? recall(this.memory) : null;
    if (!Array.isArray(state?.board?.calls) || !Number.isFinite(state.at + state.clock)) return null;
    // Another version may have kept less of the board.
    const board = { ...emptyBoard(), ...state.board };
    const age = Date.now() - state.clock;
    return { ...state, board: age > STALE ? { ...board, calls: [] } : board };
  }

  /** Has the service worker keep this page. Only where the connection is secure. */
  async keepPage() {
    if (!this.own || !("serviceWorker" in navigator)) return;
    try {
      this.worker = await navigator.serviceWorker.register("/display/service-worker.js", { scope: "/display" });
      const { active } = await navigator.serviceWorker.ready;
      this.keeps = active !== null && await kept(active);
      document.documentElement.dataset.keeps = String(this.keeps);
      await navigator.storage?.persist?.();
    } catch (problem) {
      console.info("the page cannot be kept here", problem); // a certificate nobody trusts, say
    }
  }

  /**
   * Loads the page anew, once the files it needs are here and the server answers; not when it was
   * loaded for the same just now. If it stays, the next snapshot asks again.
   * @param {string | null} reason the digest there is now; null when somebody wants it so
   */
  async load(reason) {
    if (this.loading || (reason !== null && wasLoaded(reason))) return;
    this.loading = true;
    await this.renewWorker();
    const answer = await fetch(location.href, { method: "HEAD", headers: { Accept: "text/html" } }).catch(() => null);
    this.loading = false;
    if (!answer || answer.status >= 500) return;
    const noted = keep(LOADED, { reason, at: Date.now() }, "sessionStorage");
    // Where that cannot be noted, a page that has been here for long is known not to have come for it.
    if (noted || reason === null || performance.now() > SAME_AGAIN) location.reload();
  }

  /** A television that thinks nobody looks must not go dark. Only where the connection is secure. */
  async stayAwake() {
    if (!this.own || !("wakeLock" in navigator)) return;
    const ask = () => document.hidden || navigator.wakeLock.request("screen").catch(() => null);
    document.addEventListener("visibilitychange", ask);
    await ask();
  }

  /** A new version is fetched before the page needs it; if that takes long, the page fetches it itself. */
  async renewWorker() {
    if (!this.worker) return;
    await Promise.race([
      this.worker.update().then((found) => activated(found.installing)).catch(() => null),
      new Promise((resolve) => window.setTimeout(resolve, WORKER_PATIENCE)),
    ]);
  }
}

/** @param {string} reason */
function wasLoaded(reason) {
  const last = recall(LOADED, "sessionStorage");
  const ago = Math.abs(Date.now() - (last?.at ?? -Infinity));
  return ago < NEVER_SOONER || (ago < SAME_AGAIN && last.reason === reason);
}

/** @param {ServiceWorker} worker @returns {Promise<boolean>} whether it has the page now */
function kept(worker) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data.kept);
    worker.postMessage({ keep: location.pathname }, [channel.port2]);
  });
}

/** @param {ServiceWorker | null} worker @returns {Promise<void>} resolves when it has taken over, or failed */
function activated(worker) {
  if (!worker) return Promise.resolve();
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated" || worker.state === "redundant") resolve();
    });
  });
}

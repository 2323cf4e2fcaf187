// @ts-check
// Shows an office's slides one after the other beside the calls. Stands still while gold is shown;
// the next picture is decoded before it comes; nothing but the fade moves. Without a line it goes on
// with what it has.

import { differs } from "./page.js";
import { fit, sheetOf } from "./slide-sheet.js";

/** @typedef {import("./slide-sheet.js").Slide} Slide */

// All in ms. After a call a slide stays at least so long, or nobody would see what changed.
const FADE = 700;
const AFTER_GOLD = 4000;
const AGAIN_SOONEST = 5000;
const AGAIN_LATEST = 120000;

/**
 * @param {{ slug: string }} screen
 * @returns {{ versions: (map: Record<string, number>, fresh?: boolean) => void, hold: (gold: boolean) => void, midnight: () => void }}
 */
export function startSlides(screen) {
  const box = document.querySelector("[data-slides]");
  if (!(box instanceof HTMLElement)) return { versions() {}, hold() {}, midnight() {} };
  const show = new Show(box, `/display/${encodeURIComponent(screen.slug)}/slides`);
  new ResizeObserver(() => show.refit()).observe(box);
  return {
    versions: (map, fresh = false) => { if (differs(box, map) || fresh) show.load(); },
    hold: (gold) => show.hold(gold),
    midnight: () => show.load(),
  };
}

class Show {
  /** @param {HTMLElement} box @param {string} address of today's list */
  constructor(box, address) {
    this.box = box;
    this.address = address;
    /** @type {Slide[]} */
    this.slides = [];
    /** @type {Slide | null} the one that is seen */
    this.shown = null;
    /** @type {number | undefined} id of the last one that was tried */
    this.tried = undefined;
    /** @type {Slide | null | undefined} comes when the gold has gone; null: nothing */
    this.waiting = undefined;
    this.held = false;
    this.timer = 0;
    this.ends = 0;
    this.turn = 0;
    this.asked = 0;
    this.retry = 0;
    this.pause = AGAIN_SOONEST;
  }

  /** Fetches today's slides; again, and ever more rarely, while there is no answer. */
  async load() {
    const asked = ++this.asked;
    window.clearTimeout(this.retry);
    const slides = await fetchSlides(this.address);
    if (asked !== this.asked) return; // asked anew meanwhile
    if (slides) {
      this.pause = AGAIN_SOONEST;
      return this.take(slides);
    }
    this.retry = window.setTimeout(() => this.load(), this.pause * (1 + Math.random()));
    this.pause = Math.min(this.pause * 2, AGAIN_LATEST);
  }

  /** The same slide stays as it is; a changed one is shown anew, and for a removed one the next. @param {Slide[]} slides */
  take(slides) {
    const next = this.next(); // by the order so far
    this.slides = slides;
    const same = slides.find((one) => one.id === this.shown?.id);
    if (same && JSON.stringify(same) === JSON.stringify(this.shown)) {
      if (!this.timer) this.plan(this.ends - performance.now());
    } else this.go(same ?? slides.find((one) => one.id === next?.id) ?? slides[0] ?? null);
  }

  /** @returns {Slide | undefined} after the last comes the first */
  next() {
    const here = this.slides.findIndex((one) => one.id === this.tried);
    return this.slides[(here + 1) % this.slides.length];
  }

  /** Shows a slide once all of it is there; one whose picture does not come is passed over. @param {Slide | null} slide */
  async go(slide) {
    const turn = ++this.turn;
    window.clearTimeout(this.timer);
    this.timer = 0;
    const sheet = slide && sheetOf(slide);
    const ready = !sheet || await decoded(sheet);
    if (turn !== this.turn) return;
    if (this.held && this.shown) {
      this.waiting = slide;
      return;
    }
    this.tried = slide?.id;
    if (ready) this.put(slide, sheet);
    this.plan(ready ? (slide?.seconds ?? 0) * 1000 : AGAIN_SOONEST);
  }

  /** @param {Slide | null} slide @param {HTMLElement | null} sheet */
  put(slide, sheet) {
    this.shown = slide;
    this.box.hidden = !sheet;
    if (!sheet) return this.box.replaceChildren();
    for (const old of [...this.box.children].slice(0, -1)) old.remove();
    const before = this.box.lastElementChild;
    const stage = document.createElement("div");
    stage.className = "stage";
    stage.append(sheet);
    this.box.append(stage);
    fit(sheet);
    if (before) fade(before, stage);
  }

  /** The next one after so long, if there is another. @param {number} ms */
  plan(ms) {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.ends = performance.now() + ms;
    const other = this.slides.length > 1 || (this.shown === null && this.slides.length > 0);
    if (other && !this.held) this.timer = window.setTimeout(() => this.go(this.next() ?? null), Math.max(ms, 0));
  }

  /** A call is in gold: what is shown stays as it is. @param {boolean} gold */
  hold(gold) {
    if (gold === this.held) return;
    const left = Math.max(this.ends - performance.now(), AFTER_GOLD);
    this.held = gold;
    window.clearTimeout(this.timer);
    this.timer = 0;
    const { waiting } = this;
    this.waiting = undefined;
    if (gold) return;
    if (waiting !== undefined) this.go(waiting);
    else this.plan(left);
  }

  refit() {
    const sheet = this.box.lastElementChild?.firstElementChild;
    if (sheet instanceof HTMLElement) fit(sheet);
  }
}

/** @param {string} address @returns {Promise<Slide[] | null>} null when there is no answer now */
async function fetchSlides(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.ok) return (await answer.json()).slides;
    console.info("slides come later", answer.status);
  } catch (problem) {
    console.info("slides come later", problem);
  }
  return null;
}

/** @param {HTMLElement} sheet @returns {Promise<boolean>} whether its picture, if it has one, can be shown */
async function decoded(sheet) {
  const image = sheet.querySelector("img");
  return !image || image.decode().then(() => true, () => false);
}

/** Opacity alone. @param {Element} before @param {HTMLElement} stage */
function fade(before, stage) {
  const gone = () => before.remove();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return gone();
  before.animate({ opacity: [1, 0] }, { duration: FADE, fill: "forwards" });
  stage.animate({ opacity: [0, 1] }, FADE).finished.then(gone, gone);
}

// @ts-check
// Draws the large button, the steps under it and the foot of the counter's page, with what still has to be
// waited for. What a step does is written in counter-take.js.

import { areOn, keys } from "./counter-keymap.js";
import { offered, situation } from "./counter-model.js";
import { make, part, say, secondsUntil, shown, write } from "./counter-page.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").AnyStep} AnyStep */

/** @param {AnyStep} step */
export const labelOf = (step) => say(`step_${step.replaceAll("-", "_")}`);

/** @param {AnyStep} step @returns {string} what its key shows, "" for the large button's */
export const keyOf = (step) => (/** @type {Record<string, string>} */ (keys())[step] ?? "").toUpperCase();

/** Why a step cannot be taken yet, in words; "" when it can. @param {View} view @param {AnyStep} step */
export function notYet(view, step) {
  if (step === "recall" && view.recall_at) {
    const n = secondsUntil(view.recall_at);
    return n > 0 ? say("recall_in", { n }) : "";
  }
  if (step !== "no-show") return "";
  if (view.calls_needed > 0) return view.calls_needed === 1 ? say("one_call_more") : say("calls_more", { n: view.calls_needed });
  const n = view.no_show_at ? secondsUntil(view.no_show_at) : 0;
  return n > 0 ? say("no_show_in", { n }) : "";
}

/** A button with its key, or with what it waits for. @param {AnyStep} step @param {string} label @param {string} kind */
function button(step, label, kind) {
  return make("button", { type: "button", class: kind, "data-step": step },
    make("span", {}, label), make("kbd", {}, keyOf(step)));
}

/** @param {View} view @param {boolean} resting */
export function drawSteps(view, resting) {
  const { main, near } = offered(view);
  write(part("main-text"), labelOf(main));
  /** @type {HTMLButtonElement} */ (part("main")).disabled = resting || situation(view) === "nobody";
  fill(part("actions"), near, "action", situation(view) === "break" ? { break: say("step_break_again") } : {});
  for (const box of document.querySelectorAll("[data-key-of]")) {
    write(box, keyOf(/** @type {AnyStep} */ (/** @type {HTMLElement} */ (box).dataset.keyOf)));
  }
  document.body.classList.toggle("has-no-keys", !areOn());
  fill(part("foot-steps"), situation(view) === "called" ? ["no-show"] : [], "foot-step");
  const after = situation(view) === "serving" && view.next ? view.next.ticket.number : "";
  part("after").hidden = !after;
  write(part("after-number"), after && shown(after));
  drawWaits(view);
}

/** @param {HTMLElement} box @param {AnyStep[]} steps @param {string} kind @param {Record<string, string>} [labels] other than usual */
function fill(box, steps, kind, labels = {}) {
  const label = (/** @type {AnyStep} */ step) => labels[step] ?? labelOf(step);
  const names = steps.map((step) => step + keyOf(step) + label(step)).join();
  if (box.dataset.steps === names) return;
  box.dataset.steps = names;
  box.replaceChildren(...steps.map((step) => button(step, label(step), kind)));
}

/** What moves with the seconds: how long until a step is possible. @param {View} view */
export function drawWaits(view) {
  for (const step of /** @type {const} */ (["recall", "no-show"])) {
    const found = document.querySelector(`.counter-steps [data-step=${step}], .keys [data-step=${step}]`);
    if (!found) continue;
    const wait = notYet(view, step);
    found.setAttribute("aria-disabled", String(wait !== ""));
    write(/** @type {Element} */ (found.firstElementChild), wait ? say("step_waits", { step: labelOf(step), wait }) : labelOf(step));
  }
}

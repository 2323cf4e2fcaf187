// @ts-check
// Who leaves in the middle leaves nothing behind: after a while we ask, then start again. The start
// itself only goes back to the town's language and to its usual height.

import { go } from "./steady.js";

const ASK_AFTER_SECONDS = 40;
// WCAG 2.2, 2.2.1: at least 20 seconds to say that one needs more time.
const ANSWER_SECONDS = 20;

/** Follows whether somebody is there, on every page but the number's, which closes by itself. */
export function watchIdle() {
  const { step, restart } = document.body.dataset;
  if (step === "ticket" || !restart) return;
  const dialog = document.querySelector("dialog[data-still]");
  if (!(dialog instanceof HTMLDialogElement)) return;
  const text = dialog.querySelector("[data-ends]");
  let quiet = 0;

  const second = () => {
    quiet += 1;
    if (step === "start") {
      if (quiet >= ASK_AFTER_SECONDS + ANSWER_SECONDS && !isPristine(restart)) void go(restart);
      return;
    }
    const left = ASK_AFTER_SECONDS + ANSWER_SECONDS - quiet;
    if (left <= 0) return void go(restart);
    if (left > ANSWER_SECONDS) return;
    if (text instanceof HTMLElement) text.textContent = countText(text, left);
    if (!dialog.open && !document.querySelector("dialog[open]")) dialog.showModal();
  };
  const awake = () => {
    quiet = 0;
    if (dialog.open) dialog.close();
  };
  window.setInterval(second, 1000);
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, awake, { capture: true });
}

/** A text of the page with its number replaced, in the right plural. @param {HTMLElement} at @param {number} n */
export function countText(at, n) {
  const form = new Intl.PluralRules(document.documentElement.lang).select(n) === "one" ? at.dataset.one : at.dataset.other;
  return (form ?? "").replace(/\d+/, String(n));
}

/** Whether the start is as the next person should find it. @param {string} restart */
function isPristine(restart) {
  const first = new URL(restart, location.href).searchParams.get("lang");
  return document.documentElement.lang === first && !document.documentElement.classList.contains("is-lowered");
}

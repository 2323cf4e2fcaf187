// @ts-check
// Sends the page's forms without leaving it: a page loaded anew would have lost its sound.

import { part, parts } from "./ticket-page.js";

/** @typedef {import("./ticket-page.js").View} View */

/** @param {HTMLFormElement} form @returns {Promise<View>} how the ticket stands after it */
async function send(form) {
  const said = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  const answer = await fetch(form.action, { method: "POST", body: said, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** @param {HTMLFormElement} form @param {(view: View) => void} told */
async function take(form, told) {
  const button = form.querySelector("button");
  if (!button || button.disabled) return;
  button.disabled = true;
  try {
    told(await send(form));
    part("problem").hidden = true;
    for (const details of form.querySelectorAll("details")) details.open = false;
  } catch {
    part("problem").hidden = false;
    part("problem").scrollIntoView({ block: "nearest" });
  }
  button.disabled = false;
}

/** @param {(view: View) => void} told */
export function listenToSteps(told) {
  for (const form of parts("step")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      take(form, told);
    });
  }
}

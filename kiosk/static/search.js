// @ts-check
// Finds while one types: asks for the same page and takes over what it found.

import { bindKeys } from "./keys.js";

const WAIT_MS = 120;

const form = document.querySelector("form[data-search]");
const field = form?.querySelector("input[name=q]");
let asked = 0;
let timer = 0;

if (form instanceof HTMLFormElement && field instanceof HTMLInputElement) {
  bindKeys(form, field);
  field.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void find(form), WAIT_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void find(form);
  });
}

/** @param {HTMLFormElement} from */
async function find(from) {
  const mine = (asked += 1);
  const query = new URLSearchParams(/** @type {any} */ (new FormData(from)));
  const answer = await fetch(`${from.action}?${query}`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-found]");
  const here = document.querySelector("[data-found]");
  if (found && here) here.replaceChildren(...found.childNodes);
}

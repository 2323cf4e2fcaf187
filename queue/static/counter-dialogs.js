// @ts-check
// The counter's small windows. Each returns what was typed; what it means is decided elsewhere.

import { areOn, switchKeys } from "./counter-keys.js";
import { allSteps } from "./counter-model.js";
import { say } from "./counter-page.js";

/**
 * @typedef {object} Answers
 * @property {(services: { slug: string, count: number }[]) => void} draw
 * @property {(code: string) => void} arrive
 * @property {(number: string) => void} number
 */

/** @param {string} name @returns {HTMLDialogElement} */
function dialog(name) {
  const found = document.querySelector(`dialog[data-dialog="${name}"]`);
  if (!(found instanceof HTMLDialogElement)) throw new Error(`the page lacks the window ${name}`);
  return found;
}

/** @param {string} name */
export function open(name) {
  const shown = dialog(name);
  shown.querySelector("form")?.reset();
  if (name === "draw") filter("");
  if (name === "keys") fillKeys(shown);
  shown.showModal();
  shown.querySelector("input")?.focus();
}

/** @param {HTMLDialogElement} shown */
function fillKeys(shown) {
  const rows = [...allSteps(), { key: "u", label: "undo" }].map(({ key, label }) => {
    const row = document.createElement("li");
    const shownKey = document.createElement("kbd");
    shownKey.textContent = key.toUpperCase();
    row.append(shownKey, " ", say(label));
    return row;
  });
  shown.querySelector("[data-key-list]")?.replaceChildren(...rows);
  const box = shown.querySelector("[data-keys-on]");
  if (box instanceof HTMLInputElement) box.checked = areOn();
}

/** Shows the services whose name holds the text; those that are chosen stay. @param {string} text */
function filter(text) {
  for (const row of document.querySelectorAll("[data-offers] .service-row")) {
    const chosen = row.querySelector("input[type=checkbox]:checked") !== null;
    const fits = row.textContent?.toLowerCase().includes(text.toLowerCase().trim()) ?? false;
    /** @type {HTMLElement} */ (row).hidden = !(fits || chosen);
  }
}

/** What is ticked; else the one service that the search has left. @param {HTMLFormElement} form */
function chosenServices(form) {
  const data = new FormData(form);
  const left = form.querySelectorAll(".service-row:not([hidden]) input[type=checkbox]");
  const ticked = data.getAll("service");
  const only = left.length === 1 ? [/** @type {HTMLInputElement} */ (left[0]).value] : [];
  return (ticked.length > 0 ? ticked : only).map((slug) => ({
    slug: String(slug), count: Number(data.get(`count-${slug}`)) || 1,
  }));
}

/** @param {Answers} answers */
export function listenToDialogs(answers) {
  dialog("draw").addEventListener("input", (event) => {
    const { target } = event;
    if (target instanceof HTMLInputElement && target.matches("[data-filter]")) filter(target.value);
  });
  dialog("keys").addEventListener("change", (event) => {
    const { target } = event;
    if (target instanceof HTMLInputElement) switchKeys(target.checked);
  });
  for (const name of /** @type {const} */ (["draw", "number", "arrive"])) {
    dialog(name).addEventListener("close", () => {
      const form = dialog(name).querySelector("form");
      if (dialog(name).returnValue !== (name === "number" ? "call" : name) || !form) return;
      dialog(name).returnValue = "";
      const data = new FormData(form);
      if (name === "draw") answers.draw(chosenServices(form));
      if (name === "arrive") answers.arrive(String(data.get("code") ?? "").trim());
      if (name === "number") answers.number(String(data.get("number") ?? "").replace(/\s/g, "").toUpperCase());
    });
  }
}

// @ts-check
// The page of services: steppers instead of selects, the sum and what does not go together at the
// bottom. Without this script the selects do, and the server adds up and refuses. Searching at once
// stands in search.js.
import { counted } from "../core/plural.js";
import { searchAtOnce } from "./search.js";

/** A square button with a sign from the page's templates. @param {string} sign @param {string} label */
function square(sign, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "square";
  button.setAttribute("aria-label", label);
  const template = document.querySelector(`template[data-${sign}]`);
  if (template instanceof HTMLTemplateElement) button.append(template.content.cloneNode(true));
  return button;
}

/** Puts a stepper in the place of a select, which stays in the form. @param {HTMLElement} control */
function makeStepper(control) {
  const select = control.querySelector("select");
  if (!select) return;
  const fewer = square("minus", control.dataset.fewer ?? "");
  const more = square("plus", control.dataset.add ?? "");
  const count = document.createElement("output");
  const stepper = document.createElement("span");
  stepper.append(fewer, count, more);
  select.hidden = true;
  control.append(stepper);
  const show = () => {
    const chosen = select.selectedIndex > 0;
    stepper.classList.toggle("stepper", chosen);
    fewer.hidden = count.hidden = !chosen;
    count.value = String(select.selectedIndex);
    more.disabled = select.selectedIndex === select.options.length - 1;
    control.closest("[data-service]")?.classList.toggle("is-chosen", chosen);
  };
  /** @param {number} by */
  const step = (by) => {
    select.selectedIndex = Math.min(Math.max(select.selectedIndex + by, 0), select.options.length - 1);
    show();
    if (by < 0 && select.selectedIndex === 0) more.focus();
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  fewer.addEventListener("click", () => step(-1));
  more.addEventListener("click", () => step(1));
  show();
}

/** The cards of what is chosen. @param {HTMLFormElement} form @returns {HTMLElement[]} */
function chosenIn(form) {
  const cards = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-service]"));
  return [...cards].filter((card) => (card.querySelector("select")?.selectedIndex ?? 0) > 0);
}

/** The sum of what is chosen: services and minutes. @param {HTMLFormElement} form */
function showTotal(form) {
  const line = form.querySelector("[data-total]");
  if (!(line instanceof HTMLElement)) return;
  const chosen = chosenIn(form);
  let minutes = 0;
  for (const card of chosen) {
    const count = card.querySelector("select")?.selectedIndex ?? 0;
    minutes += Number(card.dataset.minutes) + (count - 1) * Number(card.dataset.further);
  }
  const services = chosen.length;
  const [words, about] = line.children;
  words.textContent = counted(line.dataset.services ?? "{}", services);
  about.textContent = line.dataset.about?.replace("#", counted(line.dataset.minutes ?? "{}", minutes)) ?? "";
  line.hidden = services === 0;
}

/** Counters that can do all of these, each with the ways it is done by. @param {HTMLElement[]} cards */
function placesFor(cards) {
  const lists = cards.map((card) => card.dataset.places?.split(" ").filter(Boolean) ?? []);
  return lists.reduce((shared, list) => shared.filter((place) => list.includes(place)));
}

/**
 * Two of the chosen that cannot be done in one visit, or the first two when only all together cannot.
 * @param {HTMLElement[]} cards
 */
function apart(cards) {
  if (cards.length < 2 || placesFor(cards).length > 0) return null;
  for (const [number, first] of cards.entries()) {
    const second = cards.slice(number + 1).find((card) => placesFor([first, card]).length === 0);
    if (second) return [first, second];
  }
  return cards.slice(0, 2);
}

/** Says at once what does not go together, naming which. @param {HTMLFormElement} form */
function showApart(form) {
  const notice = form.querySelector("[data-apart]");
  if (!(notice instanceof HTMLElement)) return;
  const found = apart(chosenIn(form));
  const names = found?.map((card) => card.dataset.name ?? "") ?? [];
  const said = notice.dataset.names?.replace("#1", names[0]).replace("#2", names[1]) ?? "";
  const words = notice.querySelector("b");
  if (words && found) words.textContent = said;
  notice.hidden = !found;
}

/** @param {HTMLFormElement} form */
function makeSteppers(form) {
  for (const control of form.querySelectorAll("[data-control]")) {
    if (control instanceof HTMLElement) makeStepper(control);
  }
  showTotal(form);
  // The server may have said it already, with the way to each appointment.
  if (!document.querySelector("[data-visits]")) showApart(form);
}

for (const form of document.querySelectorAll("[data-choose]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  makeSteppers(form);
  form.addEventListener("change", () => {
    showTotal(form);
    showApart(form);
  });
  // What is not chosen stays out of the address of the next page; coming back it can be chosen again.
  const leave = (/** @type {boolean} */ leaving) => {
    for (const field of form.querySelectorAll("select, [name=suche]")) {
      if (field instanceof HTMLSelectElement) field.disabled = leaving && field.value === "";
      if (field instanceof HTMLInputElement) field.disabled = leaving;
    }
  };
  form.addEventListener("submit", () => leave(true));
  addEventListener("pageshow", () => leave(false));
  searchAtOnce(form, () => makeSteppers(form));
}

// @ts-check
// The page of services: steppers instead of selects, the search field, the sum at the bottom.
// Without this script the selects do.

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

/** The sum of what is chosen: services and minutes. @param {HTMLFormElement} form */
function showTotal(form) {
  const line = form.querySelector("[data-total]");
  if (!(line instanceof HTMLElement)) return;
  let services = 0;
  let minutes = 0;
  for (const item of form.querySelectorAll("[data-service]")) {
    const count = item.querySelector("select")?.selectedIndex ?? 0;
    if (!(item instanceof HTMLElement) || count === 0) continue;
    services += 1;
    minutes += Number(item.dataset.minutes) + (count - 1) * Number(item.dataset.further);
  }
  const [words, about] = line.children;
  words.textContent = (services === 1 ? line.dataset.one : line.dataset.other?.replace("#", String(services))) ?? "";
  about.textContent = line.dataset.about?.replace("#", String(minutes)) ?? "";
  line.hidden = services === 0;
}

/** Leaves only the services whose words hold all that is typed. @param {HTMLFormElement} form @param {string} typed */
function filter(form, typed) {
  const words = typed.toLocaleLowerCase("de").split(/\s+/).filter(Boolean);
  let found = 0;
  for (const topic of form.querySelectorAll("[data-topic]")) {
    let here = 0;
    for (const item of topic.querySelectorAll("[data-service]")) {
      if (!(item instanceof HTMLElement)) continue;
      item.hidden = !words.every((word) => item.dataset.searchText?.includes(word));
      if (!item.hidden) here += 1;
    }
    if (topic instanceof HTMLElement) topic.hidden = here === 0;
    found += here;
  }
  const nothing = form.querySelector("[data-nothing]");
  if (nothing instanceof HTMLElement) nothing.hidden = found > 0;
}

for (const form of document.querySelectorAll("[data-choose]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  for (const control of form.querySelectorAll("[data-control]")) {
    if (control instanceof HTMLElement) makeStepper(control);
  }
  form.addEventListener("change", () => showTotal(form));
  showTotal(form);
  // What is not chosen stays out of the address of the next page; coming back it can be chosen again.
  const leave = (/** @type {boolean} */ leaving) => {
    for (const select of form.querySelectorAll("select")) select.disabled = leaving && select.value === "";
  };
  form.addEventListener("submit", () => leave(true));
  addEventListener("pageshow", () => leave(false));
  const search = form.querySelector("[data-search]");
  const input = search?.querySelector("input");
  if (search instanceof HTMLElement && input) {
    search.hidden = false;
    input.addEventListener("input", () => filter(form, input.value));
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }
}

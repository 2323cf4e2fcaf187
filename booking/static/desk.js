// @ts-check
// The desk: when a service, a count or a day changes, the times are fetched anew and everything typed
// stays. Nothing about the person is sent for that. Without this script each step is a page.

const form = document.querySelector("form[data-desk]");
const PARTS = /^(service\d|count\d|channel)$/;
let latest = 0;

/** What the times depend on, and what was pressed. @param {HTMLElement | null} button */
function question(button) {
  const asked = new URLSearchParams();
  if (!(form instanceof HTMLFormElement)) return asked;
  for (const [name, value] of new FormData(form)) {
    if (PARTS.test(name) || name === "first" || name === "jump" || name === "key") asked.append(name, String(value));
  }
  if (button instanceof HTMLButtonElement) asked.append(button.name, button.value);
  else asked.append("act", "show");
  return asked;
}

/** Puts fresh times in the place of the old ones, unless others were asked for meanwhile.
 * @param {HTMLElement | null} button */
async function refresh(button) {
  if (!(form instanceof HTMLFormElement)) return;
  const mine = (latest += 1);
  const times = form.querySelector("[data-times]");
  times?.setAttribute("aria-busy", "true");
  const answer = await fetch(form.action, { method: "POST", body: question(button), headers: { accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== latest) return;
  const held = button && document.activeElement === button ? `[name="${button.getAttribute("name")}"][value="${button.getAttribute("value")}"]` : "";
  const found = fresh.querySelector("[data-times]");
  if (!found) {
    form.submit();
    return;
  }
  times?.replaceWith(found);
  follow(fresh);
  const again = held ? found.querySelector(held) : null;
  if (again instanceof HTMLElement) again.focus();
}

/** The duration, the link for one more service, and how the visit takes place, come along.
 * @param {Document} fresh */
function follow(fresh) {
  for (const part of ["[data-more]", "[data-channel]"]) {
    const old = form?.querySelector(part);
    const found = fresh.querySelector(part);
    if (old && found) old.replaceWith(found);
  }
}

if (form instanceof HTMLFormElement) {
  form.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
    if (PARTS.test(field.name) || field.name === "jump") refresh(null);
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    const isDay = button instanceof HTMLButtonElement && (button.name === "day" || button.name === "go" || button.dataset.jump !== undefined);
    if (!isDay) return;
    event.preventDefault();
    refresh(button);
  });
}

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

/** The page that the server answers with; null while the line is down. What stands there may be pressed
 * all the same: the server looks for itself.
 * @param {string} address @param {URLSearchParams} body @returns {Promise<Document | null>} */
async function fetched(address, body) {
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { accept: "text/html" } });
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

/** Puts fresh times in the place of the old ones, unless others were asked for meanwhile.
 * @param {HTMLElement | null} button */
async function refresh(button) {
  if (!(form instanceof HTMLFormElement)) return;
  const mine = (latest += 1);
  const times = form.querySelector("[data-times]");
  times?.setAttribute("aria-busy", "true");
  const fresh = await fetched(form.action, question(button));
  if (mine !== latest) return;
  if (!fresh) {
    times?.removeAttribute("aria-busy");
    return;
  }
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

/** Whether something was chosen before this script came. @param {HTMLFormElement} form */
function isAhead(form) {
  const selects = [...form.querySelectorAll("select")].filter((select) => PARTS.test(select.name));
  return selects.some((select) => select.value && !select.selectedOptions[0].defaultSelected);
}

if (form instanceof HTMLFormElement) {
  if (isAhead(form)) refresh(null);
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

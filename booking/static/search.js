// @ts-check
// Searches while one types: asks the server for the same page and takes its list, so that what is
// found is what the page would find without script. Does the server not answer, the button is back.

const PAUSE_MS = 120;

/** The page that lists what is typed, with what is chosen. @param {HTMLFormElement} form */
function addressOf(form) {
  const button = form.querySelector("button[formaction]");
  const address = new URL(button?.getAttribute("formaction") ?? location.pathname, location.href);
  for (const [name, value] of new FormData(form)) {
    if (name !== "zuerst" && String(value).trim()) address.searchParams.append(name, String(value));
  }
  const language = new URLSearchParams(location.search).get("lang");
  if (language) address.searchParams.set("lang", language);
  return address;
}

/**
 * Binds the field of search.
 * @param {HTMLFormElement} form
 * @param {() => void} onList called when the list was exchanged
 */
export function searchAtOnce(form, onList) {
  const input = form.querySelector("[data-search] input");
  const list = form.querySelector("[data-list]");
  const status = form.querySelector("[data-found]");
  if (!(input instanceof HTMLInputElement) || !list) return;
  let asked = new AbortController();
  let timer = 0;
  let underway = false;

  const search = async () => {
    asked.abort();
    const mine = (asked = new AbortController());
    const address = addressOf(form);
    underway = true;
    try {
      const answer = await fetch(address, { signal: mine.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("[data-list]");
      if (!answer.ok || !found) throw new Error(`answered ${answer.status}`);
      if (mine.signal.aborted) return;
      underway = false;
      list.replaceChildren(...found.childNodes);
      history.replaceState(null, "", address);
      onList();
      if (status instanceof HTMLElement) {
        const number = list.querySelectorAll("[data-service]").length;
        status.textContent = input.value.trim() ? (status.dataset.found?.replace("#", String(number)) ?? "") : "";
      }
    } catch {
      if (mine.signal.aborted) return;
      underway = false;
      form.classList.remove("is-instant");
    }
  };

  form.classList.add("is-instant");
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE_MS);
  });
  // What is chosen while an answer is on its way must be in that answer.
  form.addEventListener("change", (event) => {
    if (event.target !== input && underway) search();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !form.classList.contains("is-instant")) return;
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
}

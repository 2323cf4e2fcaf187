// @ts-check
// Shows what a change of hours would do while one types: sends the form as its button would, and
// takes the preview and the week out of the page that comes back.

const WAIT_MS = 400;

/** @param {HTMLFormElement} form */
function follow(form) {
  let timer = 0;
  /** @type {AbortController | null} */
  let asking = null;

  async function look() {
    asking?.abort();
    asking = new AbortController();
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    body.set("do", "look");
    try {
      const answer = await fetch(form.action, { method: "POST", body, signal: asking.signal });
      if (!answer.ok) return;
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch (error) {
      // Typed on meanwhile, or the line is gone: the button still asks for the whole page.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    }
  }

  /** @param {Document} seen */
  function show(seen) {
    for (const part of ["form[data-hours] [data-result]", "[data-week]"]) {
      const fresh = seen.querySelector(part);
      if (fresh) document.querySelector(part)?.replaceWith(document.adoptNode(fresh));
    }
  }

  form.addEventListener("input", () => {
    // What was seen no longer fits what is typed; until it is looked at again nothing is saved.
    form.querySelector("[name=seen]")?.remove();
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
}

document.documentElement.classList.add("has-script");
for (const form of document.querySelectorAll("form[data-hours]")) {
  if (form instanceof HTMLFormElement) follow(form);
}

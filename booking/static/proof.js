// @ts-check
// Proves in the background, while somebody types, that a person books: see booking/guard/proof.py.
// Where the browser cannot (plain http), the form goes off without it, and that is fine too.

const PATIENCE_MS = 30_000;

/** @param {HTMLInputElement} field @returns {Promise<void>} */
function solve(field) {
  const { algorithm, challenge, salt, maxnumber, signature, worker } = field.dataset;
  if (!worker || !globalThis.crypto?.subtle) return Promise.resolve();
  return new Promise((resolve) => {
    const solver = new Worker(worker, { type: "module" });
    const end = () => {
      solver.terminate();
      resolve();
    };
    solver.addEventListener("error", end);
    solver.addEventListener("message", ({ data: number }) => {
      if (typeof number === "number") {
        field.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
      }
      end();
    });
    solver.postMessage({ algorithm, challenge, salt, maxnumber: Number(maxnumber) });
    setTimeout(end, PATIENCE_MS);
  });
}

/** @param {HTMLInputElement} field @param {HTMLFormElement} form */
function proveWith(field, form) {
  /** @type {Promise<void> | undefined} */
  let solving;
  let over = false;
  let waiting = false;
  const begin = () => {
    solving ??= solve(field).then(() => {
      over = true;
    });
    return solving;
  };
  form.addEventListener("focusin", begin, { once: true });
  form.addEventListener("submit", async (event) => {
    const main = form.querySelector("button.is-main");
    if (over || !main || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    if (waiting) return;
    waiting = true;
    const words = main.textContent;
    main.textContent = field.dataset.wait ?? words;
    await begin();
    main.textContent = words;
    form.requestSubmit();
  });
}

for (const field of document.querySelectorAll("input[data-challenge]")) {
  if (field instanceof HTMLInputElement && field.form) proveWith(field, field.form);
}

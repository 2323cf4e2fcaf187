// @ts-check
// Renews the preview a moment after somebody stopped writing. Without it a button does.

const PAUSE = 600;

for (const form of document.querySelectorAll("[data-mail-editor]")) {
  if (form instanceof HTMLFormElement) follow(form);
}

/** @param {HTMLFormElement} form */
function follow(form) {
  const button = form.querySelector("[data-preview]");
  if (!(button instanceof HTMLButtonElement)) return;
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.requestSubmit(button), PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
}

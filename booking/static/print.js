// @ts-check
// The button that prints the page; without script the browser's own menu does.

const button = document.querySelector("[data-print]");
if (button instanceof HTMLButtonElement) {
  button.hidden = false;
  button.addEventListener("click", () => print());
  document.querySelector("[data-print-hint]")?.remove();
}

// @ts-check
// Keys on the screen that write into a field of the page, without a new page for every letter.

/**
 * @param {HTMLElement} pad holds the buttons named `key`: a letter, `-` for one back, `_` for a space
 * @param {HTMLInputElement} field
 */
export function bindKeys(pad, field) {
  pad.addEventListener("click", (event) => {
    const key = event.target instanceof Element ? event.target.closest("button[name=key]") : null;
    if (!(key instanceof HTMLButtonElement)) return;
    event.preventDefault();
    if (key.value === "-") field.value = field.value.slice(0, -1);
    else field.value += key.value === "_" ? " " : key.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // A real keyboard writes into the field wherever the focus was left by the last tap.
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && event.key !== " " && document.activeElement !== field) field.focus();
  });
}

// @ts-check
// The reference as it is typed: large letters, four and four.

import { bindKeys } from "./keys.js";

const form = document.querySelector("form[data-code]");
const pad = document.querySelector("[data-keys]");
const field = form?.querySelector("input[name=code]");
const height = document.querySelector("a[data-height]");

if (form instanceof HTMLFormElement && pad instanceof HTMLElement && field instanceof HTMLInputElement) {
  const length = Number(form.dataset.length);
  const letters = form.dataset.letters ?? "";
  bindKeys(pad, field);
  field.addEventListener("input", () => {
    const bare = [...field.value.toUpperCase()].filter((letter) => letters.includes(letter)).join("");
    // Longer is what a scanner types: a link, left as it is.
    if (field.value.replace(/[\s-]/g, "").length <= length) field.value = grouped(bare, length);
    keepHeight(field.value);
  });
}

/** @param {string} bare @param {number} length */
function grouped(bare, length) {
  const half = length / 2;
  return bare.length > half ? `${bare.slice(0, half)}-${bare.slice(half, length)}` : bare;
}

/** What is typed survives setting the page lower. @param {string} code */
function keepHeight(code) {
  if (!(height instanceof HTMLAnchorElement)) return;
  const address = new URL(height.href);
  address.searchParams.set("code", code);
  address.searchParams.delete("key");
  height.href = address.href;
}

// @ts-check
// Shows the name of the screen over everything, for whoever stands before several of them.

// In ms.
const SHOWN = 10000;
// Letters of a name that need a smaller size.
const LONG = 40;

let timer = 0;
/** @type {HTMLElement | undefined} */
let sign;

/** @param {string} name */
export function identify(name) {
  window.clearTimeout(timer);
  sign?.remove();
  sign = document.createElement("p");
  sign.className = name.length > LONG ? "identify is-long" : "identify";
  sign.dataset.identify = "";
  sign.textContent = name;
  document.body.append(sign);
  timer = window.setTimeout(() => sign?.remove(), SHOWN);
}

// @ts-check
// A scanner types what it reads, faster than a hand, and ends with Enter. It is understood on every
// page; on the number's page only after that has stood long enough to be read.

const HAND_MS = 60;
const SHORTEST = 8;
const NUMBER_STANDS_MS = 15000;

/** Listens for scanned codes and checks the appointment in. */
export function watchScanner() {
  const form = document.querySelector("form[data-scanned]");
  if (!(form instanceof HTMLFormElement)) return;
  let read = "";
  let last = 0;

  /** @param {string} code */
  const send = (code) => {
    /** @type {HTMLInputElement} */ (form.elements.namedItem("code")).value = code;
    const stands = document.body.dataset.step === "ticket" ? NUMBER_STANDS_MS - performance.now() : 0;
    window.setTimeout(() => form.requestSubmit(), Math.max(0, stands));
  };

  document.addEventListener("keydown", (event) => {
    const quick = event.timeStamp - last < HAND_MS;
    last = event.timeStamp;
    if (event.key === "Enter") {
      const code = quick ? read : "";
      read = "";
      if (code.length < SHORTEST) return;
      // Else Enter would also press whatever button has the focus.
      event.preventDefault();
      event.stopPropagation();
      send(code);
    } else if (event.key.length === 1) {
      read = quick ? read + event.key : event.key;
    }
  }, { capture: true });
}

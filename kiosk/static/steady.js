// @ts-check
// One step at a time, and never onto a dead line: a browser's own error page would be the end of a
// kiosk. Before leaving a page the server is asked whether it is there; meanwhile we say so kindly.

const RETRY_MS = 1500;
const PATIENCE_MS = 4000;
// A tap that led nowhere, because the new page failed half way, may be repeated after this.
const BUSY_MS = 8000;

const notice = document.querySelector("dialog[data-offline]");
let busy = false;

/** Says that the line is down, or takes it back. @param {boolean} offline */
export function sayOffline(offline) {
  if (!(notice instanceof HTMLDialogElement) || notice.open === offline) return;
  if (offline) notice.showModal();
  else notice.close();
}

/** Goes to a page of this kiosk as soon as the server is there. @param {string} address */
export function go(address) {
  return step(() => location.assign(address));
}

/** @param {() => void} leave */
async function step(leave) {
  if (busy) return;
  busy = true;
  await reachable();
  leave();
  window.setTimeout(() => { busy = false; }, BUSY_MS);
}

/** Waits until the server answers. */
async function reachable() {
  for (;;) {
    try {
      const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
      if (answer.ok) return sayOffline(false);
    } catch {
      // Not there yet: said below, and asked again.
    }
    sayOffline(true);
    await new Promise((resolve) => window.setTimeout(resolve, RETRY_MS));
  }
}

/** Takes over links and forms; what another module has taken already is left to it. */
export function watchSteps() {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented) return;
    event.preventDefault();
    void go(link.href);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
    event.preventDefault();
    void step(() => form.submit());
  });
  window.addEventListener("pageshow", () => { busy = false; });
}

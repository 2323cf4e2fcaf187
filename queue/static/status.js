// @ts-check
// Keeps a page of the status right: while somebody looks at it, it is asked for anew now and then, and
// what is marked with data-part takes the place of what stands there. Nothing runs in the background.

const EVERY_MS = 30_000;

let renewed = Date.now();
let times = 0; // stands in data-renews, for whoever watches from outside
/** @type {number | undefined} */
let timer;

/** @param {string} name @param {boolean} shown */
function show(name, shown) {
  const part = document.querySelector(`[data-${name}]`);
  if (part instanceof HTMLElement) part.hidden = !shown;
}

/** @param {Document} fresh */
function exchange(fresh) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const name = part.getAttribute("data-part");
    const next = fresh.querySelector(`[data-part="${name}"]`);
    // What somebody is on with the keyboard stays until they have gone on.
    if (!next || part.innerHTML === next.innerHTML || part.contains(document.activeElement)) continue;
    part.replaceChildren(...next.childNodes);
  }
}

async function renew() {
  try {
    // Asks whether it is still the same: nearly always a few bytes.
    const answer = await fetch(location.href, { cache: "no-cache" });
    if (!answer.ok) throw new Error(String(answer.status));
    exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
    renewed = Date.now();
    times += 1;
    document.documentElement.dataset.renews = String(times);
    show("stale", false);
  } catch {
    show("stale", true);
  }
  wait();
}

/** The next time, if somebody looks; at once if the page was away for longer than that. */
function wait() {
  clearTimeout(timer);
  if (document.visibilityState !== "visible") return;
  timer = window.setTimeout(renew, EVERY_MS);
}

function lookedAtAgain() {
  clearTimeout(timer);
  if (document.visibilityState === "visible" && Date.now() - renewed >= EVERY_MS) renew();
  else wait();
}

document.addEventListener("visibilitychange", lookedAtAgain);
addEventListener("pageshow", lookedAtAgain);
addEventListener("online", renew);
show("fresh", true);
document.documentElement.dataset.renews = "";
wait();

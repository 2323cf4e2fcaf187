// @ts-check
// Renews what the list says of each screen, without touching what one can press. When a device came
// or went the page is loaded anew, unless somebody is typing.

const RENEW_MS = 5000;

async function renew() {
  if (document.hidden) return;
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const seen = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (String(devices(seen)) !== String(devices(document))) return loadAnew();
  for (const fresh of seen.querySelectorAll("[data-live]")) {
    const slug = /** @type {HTMLElement} */ (fresh).dataset.live;
    const stands = document.querySelector(`[data-live="${slug}"]`);
    if (stands && stands.innerHTML !== fresh.innerHTML) stands.replaceWith(document.adoptNode(fresh));
  }
}

/** @param {Document} page */
function devices(page) {
  return [...page.querySelectorAll("[data-live]")].map((one) => /** @type {HTMLElement} */ (one).dataset.live);
}

function loadAnew() {
  const typed = [...document.querySelectorAll("[data-screens] ~ * input:not([type=radio])")]
    .some((box) => /** @type {HTMLInputElement} */ (box).value !== "");
  if (!typed && !document.activeElement?.matches("input, select, button")) location.replace(location.pathname);
}

setInterval(renew, RENEW_MS);

// @ts-check
// The session of a screen, kiosk or counter: trades the token in the address for a cookie, once.
// Pages that refuse a device have it, and the sign-in, where a counter's link leads without one.
// Importing this module waits until that is done. What a page shows meanwhile is its own business.

const TOKEN = /^#[a-z2-7]{26}$/;
const RETRY_MS = 4000;

/**
 * `none`: there was no token in the address, the cookie from before counts. `refused`: the token
 * opens nothing. With a good token the browser goes on to the device's page, without fragment.
 * @typedef {"none" | "refused"} DeviceSession
 */

/** @type {DeviceSession} */
export const deviceSession = await start();
for (const said of document.querySelectorAll("[data-device-said]")) {
  if (said instanceof HTMLElement) said.hidden = said.dataset.deviceSaid !== deviceSession;
}

/** @returns {Promise<DeviceSession>} */
async function start() {
  if (!TOKEN.test(location.hash)) return "none";
  const token = location.hash.slice(1);
  // Gone from the address bar and the history before anything else can look at it.
  history.replaceState(null, "", location.pathname + location.search);
  const path = await exchange(token);
  if (path === null) return "refused";
  location.replace(path);
  return new Promise(() => {});
}

/**
 * The path of the device's own page, or null when the token is refused. Tries for as long as the
 * server cannot be reached: screens start before the network does.
 * @param {string} token
 * @returns {Promise<string | null>}
 */
async function exchange(token) {
  for (;;) {
    const answer = await post(token);
    if (answer?.ok) return (await answer.json()).path;
    if (answer && answer.status < 500 && answer.status !== 429) return null;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * (0.5 + Math.random())));
  }
}

/** @param {string} token */
async function post(token) {
  try {
    return await fetch("/devices/session", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ token }),
    });
  } catch {
    return null;
  }
}

// @ts-check
// After an outage each counter is asked about the one it served: the server was started anew, or this page was
// away or asleep for minutes, and meanwhile the visit may have ended unseen.

import { step } from "./counter-actions.js";
import { part, shown, write } from "./counter-page.js";
import { run } from "./counter-run.js";
import { seatSay } from "./counter-seat.js";

/** @typedef {import("./counter-feed.js").View} View */

// Shorter than this nobody has lost sight of whom they serve.
const AWAY_MS = 2 * 60_000;
const BEAT_MS = 10_000;
const MEMORY = `aufruf.counter.${document.body.dataset.counter}.seen`;

/** @type {View["current"]} whom the question is about */
let asked = null;
/** @type {View | null} */
let view = null;

/** @returns {{ boot: string, at: number }} when this counter was last seen working, in any window of this browser */
function lastSeen() {
  try {
    return JSON.parse(localStorage.getItem(MEMORY) ?? "");
  } catch {
    return { boot: "", at: 0 };
  }
}

function remember() {
  if (view && part("offline").hidden) localStorage.setItem(MEMORY, JSON.stringify({ boot: view.boot, at: Date.now() }));
}

/** @param {View} news */
function drawOutage(news) {
  const { boot, at } = lastSeen();
  const away = at > 0 && (boot !== news.boot || Date.now() - at > AWAY_MS);
  view = news;
  if (away && news.current) asked = news.current;
  remember();
  draw();
}

function draw() {
  const current = view?.current ?? null;
  if (asked && (current?.id !== asked.id || current.status !== asked.status)) asked = null;
  part("asked").hidden = asked === null;
  if (!asked) return;
  write(part("asked-text"), seatSay("asked", { number: shown(asked.number) }));
  // Somebody in service was there; somebody called may never have come.
  part("asked-missed").hidden = asked.status !== "called";
}

/** @param {(ticket: NonNullable<View["current"]>) => Promise<unknown>} act @param {string} done */
async function settle(act, done) {
  const ticket = asked;
  if (!ticket) return;
  const { refused } = await run(() => act(ticket), () => ({ done: seatSay(done, { number: shown(ticket.number) }) }));
  if (!refused) asked = null;
  draw();
}

document.addEventListener("counter:view", (event) => drawOutage(/** @type {CustomEvent<View>} */ (event).detail));
part("asked-yes").addEventListener("click", () => { asked = null; draw(); });
part("asked-missed").addEventListener("click", () => settle(({ id }) => step(id, "no-show"), "done_missed"));
part("asked-done").addEventListener("click", () => settle(async ({ id, status }) => {
  if (status === "called") await step(id, "start");
  return step(id, "finish", { unsure: true });
}, "done_unsure"));
// A beat that comes minutes late was asleep: the next view asks.
window.setInterval(() => { if (Date.now() - lastSeen().at < AWAY_MS) remember(); }, BEAT_MS);

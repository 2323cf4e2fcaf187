// @ts-check
// The counter: view in by the socket, steps out; keyboard alone is enough.

import { follow, SOON } from "../core/live.js";
import { clockText, hear, serverNow } from "../core/server-time.js";
import { actionsOf, Refused } from "./counter-actions.js";
import { listenToDialogs, open } from "./counter-dialogs.js";
import { listen } from "./counter-keys.js";
import { offered } from "./counter-model.js";
import { drawList } from "./counter-list.js";
import { part, say, shown } from "./counter-page.js";
import { drawBar, drawNow, drawSteps, drawTimer } from "./counter-view.js";

// After a step the large button rests, so that a second press is never meant for the next person.
const REST_MS = 700;
const UNDO_MS = 10000;
const LISTS = ["waiting", "called", "parked", "missed", "finished", "expected"];

const { counter = "", office = "" } = document.body.dataset;
const actions = actionsOf(counter, office);
/** @type {import("./counter-model.js").View | null} */
let view = null;
let list = "waiting";
let busy = false;
let restUntil = 0;
let undoTimer = 0;
/** @type {number | null} */
let lastTicket = null;

function draw() {
  if (!view) return;
  drawBar(view);
  drawNow(view);
  drawSteps(view, busy || performance.now() < restUntil);
  if (!part("panel").matches(":hover")) drawList(view, list);
  drawTimer(view);
}

/** @param {unknown} error */
function showProblem(error) {
  const text = error instanceof Refused ? error.message : say("no_answer");
  part("problem").hidden = false;
  part("problem-text").textContent = text;
}

/**
 * Runs one step at a time; what was done can be undone for ten seconds.
 * @param {() => Promise<any>} act
 * @param {string} [done] text of the page that says what was done
 * @param {{ id: number, number: string } | null} [ticket] whose step it was
 */
async function run(act, done, ticket = null) {
  if (busy) return;
  busy = true;
  part("problem").hidden = true;
  draw();
  try {
    const answer = await act();
    const person = ticket ?? (answer?.id ? answer : null);
    if (done) offerUndo(say(done, { number: person ? shown(person.number) : "" }), person?.id ?? null);
  } catch (error) {
    showProblem(error);
  } finally {
    busy = false;
    restUntil = performance.now() + REST_MS;
    window.setTimeout(draw, REST_MS);
    draw();
  }
}

/** @param {string} text @param {number | null} ticketId */
function offerUndo(text, ticketId) {
  lastTicket = ticketId;
  part("done").textContent = text;
  part("undo").hidden = ticketId === null;
  clearTimeout(undoTimer);
  undoTimer = window.setTimeout(() => { part("undo").hidden = true; lastTicket = null; }, UNDO_MS);
}

function undo() {
  const id = lastTicket;
  if (id === null) return;
  offerUndo("", null);
  run(() => actions.ticket(id, "undo"), "done_undo");
}

async function finishAndNext() {
  const current = view?.current;
  if (!current) return;
  await actions.ticket(current.id, "finish");
  return actions.next();
}

/** Somebody who was not there, or is done, stands at the counter after all. @param {number} id */
async function callAgain(id) {
  await actions.ticket(id, "return");
  return actions.ticket(id, "call");
}

/** @param {string} step */
function take(step) {
  const current = view?.current ?? null;
  if (step === "open") return run(() => actions.session("open"));
  if (step === "break" || step === "closed") return run(() => actions.session(step));
  if (step === "next") return run(actions.next, "done_next");
  if (step === "finish-next") return run(finishAndNext, "done_next");
  if (step === "draw" || step === "number" || step === "arrive") return open(step);
  if (!current) return undefined;
  return run(() => actions.ticket(current.id, step), `done_${step.replace("-", "_")}`, current);
}

/** @param {string} step @param {number} id */
function takeRow(step, id) {
  if (step === "check-in") return run(() => actions.checkIn(id), "done_check_in");
  return run(() => actions.ticket(id, step), step === "call" ? "done_next" : "done_return");
}

/** @param {string} chosen @param {boolean} focus */
function choose(chosen, focus) {
  list = chosen;
  for (const tab of document.querySelectorAll("[data-list]")) {
    if (!(tab instanceof HTMLElement)) continue;
    const selected = tab.dataset.list === chosen;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
    if (selected) part("panel").setAttribute("aria-labelledby", tab.id);
    if (selected && focus) tab.focus();
  }
  if (view) drawList(view, list);
}

listen((key) => {
  if (!view) return;
  const chosen = LISTS[Number(key) - 1];
  if (chosen) choose(chosen, true);
  else if (key === "?") open("keys");
  else if (key === "u") undo();
  else takeKey(offered(view), key);
});

/** @param {ReturnType<typeof offered>} steps @param {string} key */
function takeKey({ main, more }, key) {
  const step = [main, ...more].find((one) => one.key === key);
  const rests = /** @type {HTMLButtonElement} */ (part("main")).disabled && step === main;
  if (step && !rests) take(step.step);
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button || !view) return;
  const { step, rowStep, id, list: chosen, openDialog } = button.dataset;
  if (button.matches("[data-main]")) take(offered(view).main.step);
  else if (button.matches("[data-undo]")) undo();
  else if (step) take(step);
  else if (rowStep) takeRow(rowStep, Number(id));
  else if (chosen) choose(chosen, false);
  else if (openDialog) open(openDialog);
});

part("tabs").addEventListener("keydown", (event) => {
  const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (move) choose(LISTS[(LISTS.indexOf(list) + move + LISTS.length) % LISTS.length], true);
});
part("panel").addEventListener("pointerleave", draw);

listenToDialogs({
  draw: (services) => run(() => actions.draw(services, "de"), "done_draw"),
  arrive: (code) => run(() => actions.arrive(code), "done_check_in"),
  number(wanted) {
    const is = (/** @type {{ number: string }} */ ticket) => ticket.number === wanted;
    const found = view && [...view.waiting, ...view.parked].find(is);
    const gone = view && [...view.missed, ...view.finished].find(is);
    if (found) run(() => actions.ticket(found.id, "call"), "done_next");
    else if (gone) run(() => callAgain(gone.id), "done_next");
    else showProblem(new Refused({ title: say("unknown_number", { number: wanted }) }));
  },
});

follow(`/ws/counters/${encodeURIComponent(counter)}`, {
  onMessage(message) {
    hear(message.now);
    view = message;
    draw();
  },
  onState(connected) {
    const live = part("live");
    part("offline").hidden = connected;
    live.classList.toggle("is-stale", !connected);
    live.textContent = (connected ? live.dataset.on : live.dataset.off ?? "")?.replace("{time}", clockText(serverNow())) ?? "";
  },
  longestWait: SOON,
});
window.setInterval(() => {
  part("clock").textContent = clockText(serverNow());
  if (view) drawTimer(view);
}, 1000);

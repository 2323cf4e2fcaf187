// @ts-check
// The counter: its view comes in by the feed, steps go out; keyboard alone is enough.

import { clockText, serverNow } from "../core/server-time.js";
import { drawContact } from "./counter-contact.js";
import { followCounter } from "./counter-feed.js";
import { stepOf } from "./counter-keymap.js";
import { listen } from "./counter-keys.js";
import { openKeys } from "./counter-keywindow.js";
import { drawList } from "./counter-list.js";
import { LISTS, offered, rowSteps, situation } from "./counter-model.js";
import { drawNote } from "./counter-note.js";
import { part, write } from "./counter-page.js";
import { closeMenu, focusAt, focusList, isHeld, listenToRows } from "./counter-rows.js";
import { isResting, undo, whenResting } from "./counter-run.js";
import { openSearch } from "./counter-search.js";
import { drawServe, listenToServe } from "./counter-serve.js";
import { drawSteps, drawWaits } from "./counter-steps.js";
import { arrive, finish, take, takeRow } from "./counter-take.js";
import { drawBar, drawNow, drawTimer } from "./counter-view.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").List} List */
/** @typedef {import("./counter-model.js").AnyStep} AnyStep */

/** @type {View | null} */
let view = null;
/** @type {List} */
let list = "waiting";
/** @type {{ id: number, index: number } | null} the row whose step was taken here; gone, the way goes on from there */
let own = null;

/** @param {boolean} [anew] whether rows may move although somebody points at them */
function draw(anew = false) {
  if (!view) return;
  drawBar(view);
  drawNow(view);
  drawSteps(view, isResting());
  drawServe(view);
  drawNote(view);
  drawTimer(view);
  drawContact(view);
  const isGone = own !== null && !idsOf(view).includes(own.id) && part("rows").contains(document.activeElement);
  drawList(view, list, !anew && !isGone && isHeld());
  if (own && isGone) {
    focusAt(own.index);
    own = null;
  }
}

/** @param {View} now */
const idsOf = (now) => (list === "expected" ? now.expected.map((one) => one.appointment_id) : now[list].map(({ id }) => id));

const page = {
  draw: () => draw(),
  openKeys: () => openKeys(() => view, () => draw()),
  openSearch: () => openSearch(() => view, (/** @type {List} */ found, /** @type {number} */ id) => { choose(found); focusList(id); }),
};

/** A step ends the way through the rows: they may move again. @param {AnyStep} step */
function takeStep(step) {
  const { activeElement } = document;
  if (activeElement instanceof HTMLElement && part("rows").contains(activeElement)) activeElement.blur();
  if (view) take(view, step, page);
}

/** The large button, unless it rests. */
function takeMain() {
  const { disabled } = /** @type {HTMLButtonElement} */ (part("main"));
  if (view && !disabled) takeStep(offered(view).main);
}

/** @param {List} chosen */
function choose(chosen) {
  list = chosen;
  closeMenu();
  for (const tab of document.querySelectorAll("[data-list]")) {
    if (!(tab instanceof HTMLElement)) continue;
    const selected = tab.dataset.list === chosen;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
    if (selected) part("panel").setAttribute("aria-labelledby", tab.id);
    if (selected) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  draw(true);
}

listen((key) => {
  if (!view) return;
  const chosen = LISTS[Number(key) - 1];
  const step = stepOf(key);
  if (key === " ") takeMain();
  else if (chosen) { choose(chosen); focusList(); }
  else if (step && offered(view).all.includes(step)) takeStep(step);
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button || !view) return;
  const { step, list: chosen } = button.dataset;
  if (button.matches("[data-main]")) takeMain();
  else if (button.matches("[data-undo]")) undo();
  else if (button.matches("[data-unsure]") && view.current) finish(view.current, { unsure: true });
  else if (button.matches("[data-show-all]")) draw(true);
  else if (step) takeStep(/** @type {AnyStep} */ (step));
  else if (chosen) choose(/** @type {List} */ (chosen));
  // After a click the space bar is the large button's again; who came here with Tab stays.
  if (event.detail > 0 && !button.closest("dialog") && document.activeElement === button) button.blur();
});

part("tabs").addEventListener("keydown", (event) => {
  const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (move) choose(LISTS[(LISTS.indexOf(list) + move + LISTS.length) % LISTS.length]);
  if (move) document.getElementById(`tab-${list}`)?.focus();
  if (event.key === "ArrowDown") focusList();
  if (move || event.key === "ArrowDown") event.preventDefault();
});
part("panel").addEventListener("pointerleave", () => draw());
part("rows").addEventListener("focusout", () => window.setTimeout(draw));

/** @param {HTMLElement} row */
const idOf = (row) => Number(row.dataset.id);
/** @param {HTMLElement} row */
const ticketOf = (row) => (list === "expected" ? undefined : view?.[list].find(({ id }) => id === idOf(row)));

listenToRows({
  steps(row) {
    const ticket = ticketOf(row);
    if (list === "expected") return ["check-in"];
    return view && ticket ? rowSteps(view, list, ticket) : [];
  },
  choose(step, row) {
    const ticket = ticketOf(row);
    if (step.startsWith("call")) row.blur(); // now it is about this person, not about the list
    else own = { id: idOf(row), index: [...part("rows").children].indexOf(row) };
    if (list === "expected") arrive(idOf(row));
    else if (view && ticket) takeRow(view, step, ticket);
  },
}, () => draw());
listenToServe(() => draw());
whenResting(() => draw());

followCounter(document.body.dataset.counter ?? "", {
  draw(news) {
    const before = view && situation(view);
    view = news;
    write(part("clock"), clockText(serverNow()));
    draw();
    if (before !== situation(news)) part("middle").scrollTop = 0;
    document.dispatchEvent(new CustomEvent("counter:view", { detail: news })); // for seats and calls for help
  },
  onState(connected) {
    const live = part("live");
    part("offline").hidden = connected;
    live.classList.toggle("is-stale", !connected);
    write(live, (connected ? live.dataset.on : live.dataset.off ?? "")?.replace("{time}", clockText(serverNow())) ?? "");
  },
});
window.setInterval(() => {
  write(part("clock"), clockText(serverNow()));
  if (!view) return;
  drawTimer(view);
  drawWaits(view);
}, 1000);
// A list chosen on a wide screen stays in sight on a narrow one.
window.addEventListener("resize", () => document.getElementById(`tab-${list}`)?.scrollIntoView({ block: "nearest", inline: "nearest" }));
// Waiting times pass by themselves.
window.setInterval(() => draw(), 30_000);

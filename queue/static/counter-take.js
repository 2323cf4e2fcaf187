// @ts-check
// What each step of the counter does: straight on, or by a window that asks first.

import { checkIn, next, printPath, session, step } from "./counter-actions.js";
import { openArrive, openChange, openDiscard, openDraw, openJoin, openNumber } from "./counter-asking.js";
import { isToCome } from "./counter-list.js";
import { openBreak, openPark, openTransfer } from "./counter-moving.js";
import { keepNote } from "./counter-note.js";
import { clockOf, part, say, shown } from "./counter-page.js";
import { run, showProblem, undo } from "./counter-run.js";
import { find } from "./counter-search.js";
import { openAdd, whatWasDone } from "./counter-serve.js";
import { notYet } from "./counter-steps.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").Ticket} Ticket */
/** @typedef {import("./counter-model.js").AnyStep} AnyStep */
/** @typedef {{ draw: () => void, openKeys: () => void, openSearch: () => void }} Page */

/** Says what was done with whom, and that it can be taken back. @param {string} text @returns {(answer: any) => import("./counter-run.js").Said} */
const told = (text) => (answer) => (answer?.id
  ? { done: say(text, { number: shown(answer.number) }), undo: () => step(answer.id, "undo") }
  : { done: "" });

/** @param {Ticket} ticket @param {string} name @param {object} [body] */
const plain = (ticket, name, body = {}) => run(() => step(ticket.id, name, body), told(`done_${name.replaceAll("-", "_")}`));

/** @param {Ticket} ticket @param {object} [more] unsure: the visit ended earlier, nobody knows when */
export async function finish(ticket, more = {}) {
  const body = { ...whatWasDone(ticket), ...more };
  return run(async () => {
    await keepNote();
    return step(ticket.id, "finish", body);
  }, (answer) => told(answer?.finished ? (answer.called ? "done_next" : "done_finish") : "done_finish")(answer?.called ?? answer?.finished ?? answer));
}

/** @param {Record<string, unknown>} said */
const change = (said) => run(() => session(said), () => ({ done: "" }));

/** @param {View} view @param {AnyStep} wanted @param {Page} page */
export function take(view, wanted, page) {
  const wait = notYet(view, wanted);
  if (wait) return showProblem(say("not_yet", { wait }));
  const { current, services } = view;
  /** @type {Partial<Record<AnyStep, () => unknown>>} */
  const always = {
    open: () => change({ state: "open", services }),
    "end-break": () => change({ state: "open", services }),
    closed: () => change({ state: "closed" }),
    next: () => run(() => next(false), told("done_next")),
    "next-silent": () => run(() => next(true), told("done_next")),
    break: () => openBreak(view),
    draw: openDraw,
    arrive: openArrive,
    discard: openDiscard,
    number: () => openNumber((number, sure) => callNumber(view, number, sure)),
    book: () => /** @type {HTMLAnchorElement} */ (part("book")).click(),
    undo,
    keys: page.openKeys,
    search: page.openSearch,
  };
  return (always[wanted] ?? (current && stepsWith(view, current, page)[wanted]))?.();
}

/** @param {View} view @param {Ticket} current @param {Page} page @returns {Partial<Record<AnyStep, () => unknown>>} */
const stepsWith = (view, current, page) => ({
  start: () => plain(current, "start"),
  finish: () => finish(current),
  "finish-next": () => finish(current, { next: true }),
  recall: () => plain(current, "recall"),
  "no-show": () => plain(current, "no-show"),
  "put-back": () => plain(current, "put-back"),
  park: () => openPark(current),
  transfer: () => openTransfer(view, current),
  change: () => openChange(current),
  add: () => openAdd(page.draw),
  note: () => part("note").focus(),
});

/** Somebody who was not there, or is done, stands at the counter after all. @param {number} id */
async function callAgain(id) {
  await step(id, "return");
  return step(id, "call");
}

/**
 * The phone was promised a time: before it only a clerk who is sure calls.
 * @param {View} view @param {string} number @param {boolean} sure
 * @returns {Promise<{ refused?: Error }> | string}
 */
function callNumber(view, number, sure) {
  const [found, second] = find(view, number);
  if (!found) return say("unknown_number", { number });
  if (second) return say("which_number", { numbers: `${shown(found.ticket.number)}, ${shown(second.ticket.number)}` });
  const { list, ticket } = found;
  if (!sure && ticket.not_before && isToCome(ticket.not_before)) {
    return say("not_before_asks", { number: shown(ticket.number), time: clockOf(ticket.not_before) });
  }
  const again = list === "missed" || list === "finished";
  return run(() => (again ? callAgain(ticket.id) : step(ticket.id, "call")), told("done_next"), true);
}

/** A step of a row. @param {View} view @param {string} wanted @param {Ticket} ticket */
export function takeRow(view, wanted, ticket) {
  /** @type {Record<string, () => unknown>} */
  const steps = {
    call: () => run(() => step(ticket.id, "call"), told("done_next")),
    "call-silent": () => run(() => step(ticket.id, "call", { silent: true }), told("done_next")),
    "call-again": () => run(() => callAgain(ticket.id), told("done_next")),
    return: () => plain(ticket, "return"),
    resume: () => plain(ticket, "resume"),
    "restore-place": () => plain(ticket, "restore-place"),
    urgent: () => plain(ticket, "priority", { priority: true }),
    "not-urgent": () => plain(ticket, "priority", { priority: false }),
    change: () => openChange(ticket),
    join: () => openJoin(view, ticket),
    print: () => window.open(printPath(ticket.id), "_blank"),
    "discard-one": () => run(() => step(ticket.id, "discard"), told("done_discard_one")),
  };
  return steps[wanted]?.();
}

/** @param {number} appointment */
export const arrive = (appointment) =>
  run(() => checkIn({ appointment }), ({ number }) => ({ done: say("done_check_in", { number: shown(number) }) }));

// @ts-check
// What the counter's page shows and can do in each situation: the large button, the steps under it, the
// others that have a key, the steps of a row.

/** @typedef {import("./counter-feed.js").View} View */
/** @typedef {import("./counter-feed.js").Ticket} Ticket */
/** @typedef {import("./counter-feed.js").Service} Service */
/** @typedef {"closed" | "break" | "called" | "serving" | "next" | "nobody"} Situation */
/** @typedef {"waiting" | "called" | "parked" | "missed" | "finished" | "expected"} List */

/** @type {List[]} */
export const LISTS = ["waiting", "called", "parked", "missed", "finished", "expected"];

/** The key each step has until a clerk picks another. The space bar is the large button's alone. */
export const KEYS = {
  "finish-next": "f", recall: "r", "no-show": "x", "put-back": "z", park: "p", transfer: "w", change: "g",
  add: "+", note: "i", number: "a", "next-silent": "s", draw: "n", arrive: "t", book: "k", break: "b",
  closed: "c", discard: "d", search: "/", undo: "u", keys: "?",
};

/** @typedef {keyof typeof KEYS} Step */
/** @typedef {Step | "open" | "end-break" | "next" | "start" | "finish"} AnyStep */

/** @type {Step[]} */
const ALWAYS = ["draw", "arrive", "book", "discard", "search", "undo", "keys"];

/** @type {Record<Situation, { main: AnyStep, near: Step[], more: Step[] }>} */
const OFFERED = {
  closed: { main: "open", near: ["draw", "arrive"], more: [] },
  break: { main: "end-break", near: ["draw", "arrive", "break", "closed"], more: [] },
  next: { main: "next", near: ["number", "draw", "arrive", "break"], more: ["next-silent", "closed"] },
  nobody: { main: "next", near: ["number", "draw", "arrive", "break"], more: ["closed"] },
  called: { main: "start", near: ["recall", "park", "transfer", "put-back"], more: ["no-show", "change"] },
  serving: { main: "finish", near: ["finish-next", "park", "transfer", "put-back"], more: ["add", "note", "change"] },
};

// A clerk without the permission calls whoever is next, and nobody else; the server refuses the rest.
const OUT_OF_TURN = ["number", "discard", "call", "call-silent", "call-again", "discard-one"];

/** @param {string} step @returns {boolean} */
const isAllowed = (step) => document.body.dataset.callsAny !== "false" || !OUT_OF_TURN.includes(step);

/** @param {View} view @returns {Situation} */
export function situation(view) {
  if (view.current?.status === "serving") return "serving";
  if (view.current) return "called";
  if (view.state !== "open") return view.state;
  return view.next ? "next" : "nobody";
}

/** @param {View} view */
export function offered(view) {
  const { main, near, more } = OFFERED[situation(view)];
  const all = [...new Set([...near, ...more, ...ALWAYS])];
  return { main, near: near.filter(isAllowed), all: all.filter(isAllowed) };
}

/** @param {View} view @param {Ticket} ticket @returns {boolean} whether this counter can call it now */
export const isMine = (view, ticket) => ticket.served_by.includes(view.counter_id);

/** @param {Ticket} ticket @returns {boolean} whether no open counter can do what it is for */
export const isOrphan = (ticket) => ticket.status === "waiting" && ticket.served_by.length === 0;

/** What can be done with a row, the likeliest first. @param {View} view @param {List} list @param {Ticket} ticket */
export function rowSteps(view, list, ticket) {
  /** @type {[string, boolean][]} */
  const steps = [
    ["call", (list === "waiting" || list === "parked") && view.state === "open" && !view.current],
    ["call-silent", list === "waiting" && view.state === "open" && !view.current && ticket.channel === "on_site"],
    ["call-again", (list === "missed" || list === "finished") && view.state === "open" && !view.current],
    ["return", list === "missed" || list === "finished"],
    ["resume", list === "parked"],
    ["restore-place", list === "waiting" && ticket.late],
    ["urgent", list === "waiting" && !ticket.priority],
    ["not-urgent", list === "waiting" && ticket.priority],
    ["change", list === "waiting" || list === "parked"],
    ["join", list === "waiting" && ticket.appointment === null && view.expected.length > 0],
    ["print", list !== "finished"],
    ["discard-one", list === "waiting" || list === "parked"],
  ];
  return steps.filter(([step, fits]) => fits && isAllowed(step)).map(([step]) => step);
}

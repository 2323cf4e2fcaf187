// @ts-check
// What the counter's page can do in each state: the large button, the further steps, the row steps.

/** @typedef {{ slug: string, name: string, count: number }} Service */
/**
 * @typedef {object} Ticket
 * @property {number} id
 * @property {string} number
 * @property {string} status
 * @property {Service[]} services
 * @property {number} persons
 * @property {string} language
 * @property {string | null} appointment
 * @property {string} since
 * @property {string | null} counter
 * @property {string | null} called_at
 * @property {string | null} started_at
 * @property {string | null} finished_at
 * @property {number} calls
 * @property {boolean} step_free
 * @property {boolean} priority
 * @property {string | null} remark
 * @property {boolean} mine
 * @property {boolean} orphan
 */
/**
 * @typedef {object} View
 * @property {string} counter
 * @property {"open" | "break" | "closed"} state
 * @property {string} since
 * @property {Ticket | null} current
 * @property {{ ticket: Ticket, why: string, more: string | null } | null} next
 * @property {Ticket[]} waiting
 * @property {Ticket[]} called
 * @property {Ticket[]} parked
 * @property {Ticket[]} missed
 * @property {Ticket[]} finished
 * @property {{ appointment_id: number, start: string, services: Service[] }[]} expected
 * @property {number} counters_open
 * @property {{ low_minutes: number, high_minutes: number | null } | null} wait
 * @property {{ screens: number, shown: number, announced: number, silent: number } | null} seen
 * @property {string} now
 */
/** @typedef {{ step: string, key: string, label: string }} Step `label` names a text of the page */

/** @type {Record<string, Step>} */
const STEPS = {
  open: { step: "open", key: " ", label: "open" },
  resume: { step: "open", key: " ", label: "end_break" },
  next: { step: "next", key: " ", label: "next" },
  start: { step: "start", key: " ", label: "start" },
  finish: { step: "finish", key: " ", label: "finish" },
  finishNext: { step: "finish-next", key: "w", label: "finish_next" },
  recall: { step: "recall", key: "r", label: "recall" },
  noShow: { step: "no-show", key: "x", label: "no_show" },
  putBack: { step: "put-back", key: "z", label: "put_back" },
  park: { step: "park", key: "p", label: "park" },
  number: { step: "number", key: "a", label: "number" },
  draw: { step: "draw", key: "n", label: "draw" },
  arrive: { step: "arrive", key: "t", label: "arrive" },
  break: { step: "break", key: "b", label: "break" },
  close: { step: "closed", key: "c", label: "close" },
};

/** @param {View} view @returns {"closed" | "break" | "called" | "serving" | "next" | "nobody"} */
export function situation(view) {
  if (view.current?.status === "serving") return "serving";
  if (view.current) return "called";
  if (view.state !== "open") return view.state;
  return view.next ? "next" : "nobody";
}

/** @type {Record<ReturnType<typeof situation>, { main: Step, more: Step[] }>} */
const OFFERED = {
  closed: { main: STEPS.open, more: [STEPS.draw, STEPS.arrive] },
  break: { main: STEPS.resume, more: [STEPS.draw, STEPS.arrive, STEPS.close] },
  next: { main: STEPS.next, more: [STEPS.number, STEPS.draw, STEPS.arrive, STEPS.break] },
  nobody: { main: STEPS.next, more: [STEPS.number, STEPS.draw, STEPS.arrive, STEPS.break] },
  called: { main: STEPS.start, more: [STEPS.recall, STEPS.noShow, STEPS.putBack, STEPS.park] },
  serving: { main: STEPS.finish, more: [STEPS.finishNext, STEPS.park, STEPS.putBack, STEPS.draw] },
};

/** @param {View} view @returns {{ main: Step, more: Step[] }} */
export function offered(view) {
  return OFFERED[situation(view)];
}

/** Every key with what it does, for the help. @returns {Step[]} */
export function allSteps() {
  return Object.values(STEPS).filter((step) => step.key !== " ");
}

/** What the button at the end of a row does. @param {string} list @returns {{ step: string, label: string } | null} */
export function rowStep(list) {
  if (list === "waiting" || list === "parked") return { step: "call", label: "call_row" };
  if (list === "missed" || list === "finished") return { step: "return", label: "return_row" };
  return list === "expected" ? { step: "check-in", label: "check_in_row" } : null;
}

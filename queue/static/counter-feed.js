// @ts-check
// The counter's view as the server tells it: whole at first, then only what changed, folded into one.

import { follow, SOON } from "../core/live.js";
import { hear } from "../core/server-time.js";

/** @typedef {{ slug: string, name: string, count: number, rendered: number | null, done: boolean }} Service */
/** @typedef {{ low_minutes: number, high_minutes: number | null }} Range */
/**
 * @typedef {object} Ticket times are ISO texts; `served_by` are counters that can call it now
 * @property {number} id
 * @property {string} number
 * @property {string} status
 * @property {Service[]} services
 * @property {number} persons
 * @property {string} language
 * @property {"on_site" | "phone" | "video" | "back_office"} channel
 * @property {boolean} paper
 * @property {string | null} appointment
 * @property {boolean} late it lost the appointment's head start
 * @property {string} since
 * @property {string} rank
 * @property {string | null} counter label
 * @property {number | null} counter_id
 * @property {string | null} reserved label of the counter that alone may call it
 * @property {string | null} called_at
 * @property {string | null} last_call_at
 * @property {string | null} started_at
 * @property {string | null} finished_at
 * @property {number} calls
 * @property {boolean} step_free
 * @property {boolean} priority
 * @property {string | null} remark
 * @property {string | null} note
 * @property {string | null} parked_reason
 * @property {boolean} personal
 * @property {string | null} not_before
 * @property {number} delays
 * @property {string | null} on_the_way_at since when, as said on the phone
 * @property {number[]} served_by
 * @property {Range | null} wait
 * @property {{ low_minutes: number, high_minutes: number } | null} usual
 */
/** @typedef {{ appointment_id: number, start: string, services: { slug: string, name: string, count: number }[], channel: string }} Expected */
/**
 * @typedef {object} Place a counter of the waiting area
 * @property {number} id
 * @property {string} slug
 * @property {string} label
 * @property {string} word
 * @property {string} office slug
 * @property {"open" | "break" | "closed"} state
 * @property {string} since
 * @property {string | null} until
 * @property {string[] | null} services
 * @property {boolean} accessible
 * @property {string | null} number
 */
/** @typedef {{ id: number, counter: string, word: string, counter_id: number, way: string | null, at: string, test: boolean, acknowledged_by: string | null, mine: boolean }} Emergency */
/**
 * @typedef {object} View
 * @property {"queue"} type
 * @property {string} office
 * @property {number} seq
 * @property {string} boot changes when the server was started anew
 * @property {string} now
 * @property {boolean} open
 * @property {string | null} closed_early
 * @property {Range | null} wait
 * @property {number} in_house how many of those who wait are here in person
 * @property {number} counters_open
 * @property {Place[]} counters
 * @property {string} counter label
 * @property {number} counter_id
 * @property {string} slug
 * @property {number | null} seat changes with whoever sits there
 * @property {"open" | "break" | "closed"} state
 * @property {string} since
 * @property {string | null} until
 * @property {string[] | null} services what it serves now, null for all it can
 * @property {Ticket | null} current
 * @property {{ ticket: Ticket, why: string, more: string | null } | null} next
 * @property {Ticket[]} waiting
 * @property {Ticket[]} called those called and those served
 * @property {Ticket[]} parked
 * @property {Ticket[]} missed
 * @property {Ticket[]} finished
 * @property {Expected[]} expected
 * @property {string | null} recall_at from when the current may be called again
 * @property {string | null} no_show_at
 * @property {number} calls_needed before "not here"
 * @property {Emergency[]} emergencies
 * @property {{ expected: number, shown: number, announced: number, spoken: number, silent: number } | null} seen
 * @property {{ name: string, state: "offline" | "silent" }[]} screens of the waiting area that somebody should look after
 * @property {"called" | "serving" | null} reminded
 */

/**
 * @typedef {Partial<Omit<View, "type" | "current" | "next">> & {
 *   type: "change",
 *   tickets?: Ticket[],
 *   lists?: Record<string, number[]>,
 *   current?: number | null,
 *   next?: { ticket: number, why: string, more: string | null } | null,
 * }} Change what changed: fields, rows of tickets, lists as ids in order; the rest is as it was
 */

const LISTS = /** @type {const} */ (["waiting", "called", "parked", "missed", "finished"]);

/**
 * @param {View} view
 * @param {Change} change
 * @returns {View} the whole view after the change; neither of the two is touched
 */
export function fold(view, { type, tickets = [], lists = {}, current, next, ...fields }) {
  const known = new Map([...LISTS.flatMap((name) => view[name]), ...tickets].map((ticket) => [ticket.id, ticket]));
  const row = (/** @type {number} */ id) => /** @type {Ticket} */ (known.get(id));
  const called = current === undefined ? view.current?.id ?? null : current;
  const following = next === undefined ? view.next && { ...view.next, ticket: view.next.ticket.id } : next;
  const folded = LISTS.map((name) => [name, (lists[name] ?? view[name].map(({ id }) => id)).map(row)]);
  return {
    ...view,
    ...fields,
    ...Object.fromEntries(folded),
    current: called === null ? null : row(called),
    next: following && { ...following, ticket: row(following.ticket) },
  };
}

/**
 * Follows a counter and hands over its whole view after every change.
 * @param {string} counter slug
 * @param {{ draw: (view: View) => void, onState: (connected: boolean) => void }} page
 */
export function followCounter(counter, { draw, onState }) {
  /** @type {View | null} */
  let view = null;
  follow(`/ws/counters/${encodeURIComponent(counter)}`, {
    onMessage(message) {
      if (message.type === "queue") view = message;
      else if (message.type === "change" && view) view = fold(view, message);
      if (!view) return;
      if (message.now) hear(message.now);
      draw(view);
    },
    onState,
    longestWait: SOON,
  });
}

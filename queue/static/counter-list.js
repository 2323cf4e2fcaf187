// @ts-check
// Draws the counter's lists. Rows keep their place while somebody points at them or moves through them:
// what is gone stays, marked; what is new waits below and is counted.

import { clockText, serverNow } from "../core/server-time.js";
import { isMine, isOrphan } from "./counter-model.js";
import { clockOf, house, icon, make, minutesSince, part, say, shown, topicOf, write } from "./counter-page.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").Ticket} Ticket */
/** @typedef {import("./counter-model.js").List} List */
/** @typedef {{ key: string, id: number, cells: [string, string, string, string, string], marks: Record<string, boolean> }} Line */

// Longer than this is too long anywhere; the one thing on the page that is orange.
const LATE_MINUTES = 40;

/** @type {Map<string, HTMLTableRowElement>} */
const rows = new Map();
let drawn = "";
/** @type {number | null} when the first of those that wait below came */
let newSince = null;

/** @param {View} view @param {List} list @param {boolean} still whether rows have to keep their places */
export function drawList(view, list, still) {
  for (const tab of document.querySelectorAll("[data-list]")) {
    const name = /** @type {List} */ (/** @type {HTMLElement} */ (tab).dataset.list);
    write(/** @type {Element} */ (tab.querySelector("[data-count]")), String(view[name].length));
    /** @type {HTMLElement} */ (tab).dataset.bold = tab.textContent?.trim();
  }
  const lines = list === "expected" ? view.expected.map(expectedLine) : view[list].map((one) => ticketLine(view, list, one));
  const keep = still && drawn === list && rows.size > 0;
  if (!keep) arrange(lines);
  const known = new Map(lines.map((line) => [line.key, line]));
  for (const [key, row] of rows) fillRow(row, known.get(key));
  const more = keep ? lines.filter(({ key }) => !rows.has(key)).length : 0;
  newSince = more > 0 ? newSince ?? serverNow() : null;
  part("below").hidden = more === 0;
  if (newSince !== null) write(part("below-text"), say(more === 1 ? "one_more" : "more", { n: more, time: clockText(newSince) }));
  drawn = list;
  write(part("last-head"), say(`last_${list}`));
  part("empty").hidden = rows.size > 0;
  part("table").hidden = rows.size === 0;
}

/** Rows in the order of the lines; those known keep their element, and with it the focus. @param {Line[]} lines */
function arrange(lines) {
  const focused = document.activeElement;
  const before = new Map(rows);
  rows.clear();
  for (const line of lines) rows.set(line.key, before.get(line.key) ?? newRow(line));
  const body = part("rows");
  const wanted = [...rows.values()];
  if (body.children.length !== wanted.length || wanted.some((row, index) => body.children[index] !== row)) {
    body.replaceChildren(...wanted);
    if (focused instanceof HTMLElement && body.contains(focused)) focused.focus({ preventScroll: true });
  }
  if (!wanted.some((row) => row.tabIndex === 0) && wanted[0]) wanted[0].tabIndex = 0;
}

/** @param {Line} line @returns {HTMLTableRowElement} */
function newRow(line) {
  const more = make("button", { type: "button", class: "row-more", tabindex: "-1" }, icon("more"));
  const cells = ["", "", "", ""].map(() => make("td"));
  cells[1].append(make("span"), " ", make("small"));
  return /** @type {HTMLTableRowElement} */ (make("tr", { tabindex: "-1", "data-id": String(line.id) },
    ...cells, make("td", {}, more)));
}

/** @param {HTMLTableRowElement} row @param {Line | undefined} line nothing: it has left this list */
function fillRow(row, line) {
  row.toggleAttribute("aria-disabled", line === undefined);
  if (!line) row.className = "is-gone";
  if (!line) return;
  row.classList.remove("is-gone");
  const [number, topic, tags, time, last] = line.cells;
  write(row.cells[0], number);
  write(row.cells[1].children[0], topic);
  write(row.cells[1].children[1], tags);
  write(row.cells[2], time);
  write(row.cells[3], last);
  row.cells[4].firstElementChild?.setAttribute("aria-label", say("row_steps", { number: number || time }));
  for (const [mark, is] of Object.entries(line.marks)) row.classList.toggle(mark, is);
}

/** @param {View} view @param {List} list @param {Ticket} ticket @returns {Line} */
function ticketLine(view, list, ticket) {
  return {
    key: `t${ticket.id}`,
    id: ticket.id,
    cells: [shown(ticket.number), topicOf(ticket.services), tagsOf(view, list, ticket),
      ticket.appointment ? clockOf(ticket.appointment) : "", lastCell(list, ticket)],
    marks: {
      "is-next": list === "waiting" && view.next?.ticket.id === ticket.id,
      "is-elsewhere": list === "waiting" && !isMine(view, ticket),
      "is-late": list === "waiting" && waitedMinutes(ticket) >= LATE_MINUTES,
    },
  };
}

/** Nobody waits too long before the time of the own appointment. @param {Ticket} ticket */
const waitedMinutes = (ticket) =>
  Math.min(minutesSince(ticket.since), ticket.appointment ? minutesSince(ticket.appointment) : Infinity);

/** What else one has to know of a row, in few words. @param {View} view @param {List} list @param {Ticket} ticket */
function tagsOf(view, list, ticket) {
  const word = document.body.dataset.place ?? "";
  /** @type {[string, unknown][]} */
  const tags = [
    [say("tag_persons", { n: ticket.persons }), ticket.persons > 1],
    [say("tag_urgent"), ticket.priority],
    [say("tag_late"), ticket.late],
    [say(`tag_${ticket.channel}`), ticket.channel !== "on_site"],
    [house.languages[ticket.language] ?? ticket.language, ticket.language !== "de"],
    [say("tag_step_free"), ticket.step_free],
    [say("tag_reserved", { word, place: ticket.reserved ?? "" }), ticket.reserved],
    [say(ticket.delays > 0 ? "tag_later" : "tag_not_before", { time: clockOf(ticket.not_before ?? view.now) }), isToCome(ticket.not_before)],
    [say("tag_on_the_way"), ticket.on_the_way_at && list !== "missed" && ticket.status !== "serving"],
    [ticket.parked_reason ?? "", ticket.parked_reason],
    [say("tag_personal", { word, place: ticket.counter ?? "" }), list === "parked" && ticket.personal],
    [say("tag_serving"), list === "called" && ticket.status === "serving"],
    [say("tag_nobody"), isOrphan(ticket)],
    [say("tag_only", { word, places: placesOf(view, ticket) }), list === "waiting" && view.state !== "closed" && !isOrphan(ticket) && !isMine(view, ticket)],
    [say("tag_note"), ticket.note],
  ];
  return tags.filter(([, fits]) => fits).map(([text]) => text).join(", ");
}

/** @param {string | null} moment */
export const isToCome = (moment) => moment !== null && Date.parse(moment) > serverNow();

/** @param {View} view @param {Ticket} ticket the counters that can serve it, by their labels */
const placesOf = (view, ticket) =>
  view.counters.filter(({ id }) => ticket.served_by.includes(id)).map(({ label }) => label).join(", ");

/** @param {List} list @param {Ticket} ticket */
function lastCell(list, ticket) {
  if (list === "called") return say("at_place", { place: document.body.dataset.place ?? "", counter: ticket.counter ?? "" });
  if (list === "finished") return clockOf(ticket.finished_at ?? ticket.since);
  return say("minutes_one", { n: minutesSince(ticket.since) });
}

/** @param {View["expected"][number]} one @returns {Line} */
function expectedLine(one) {
  const channel = one.channel === "on_site" ? "" : say(`tag_${one.channel}`);
  return {
    key: `e${one.appointment_id}`, id: one.appointment_id, marks: {},
    cells: ["", topicOf(one.services), channel, clockOf(one.start), say("check_in_row")],
  };
}

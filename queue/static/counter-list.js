// @ts-check
// Draws the counter's lists from a view. When to draw is decided elsewhere: no row moves under the pointer.

import { clockText } from "../core/server-time.js";
import { rowStep } from "./counter-model.js";
import { minutesSince, part, say, shown, topicOf } from "./counter-page.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").Ticket} Ticket */

const LATE_MINUTES = 40;

/** The list that is chosen. @param {View} view @param {string} list */
export function drawList(view, list) {
  for (const tab of document.querySelectorAll("[data-list]")) {
    const name = /** @type {HTMLElement} */ (tab).dataset.list ?? "";
    const count = /** @type {any} */ (view)[name].length;
    tab.querySelector("[data-count]")?.replaceChildren(String(count));
  }
  const rows = list === "expected" ? view.expected.map(expectedRow) : ticketRows(view, list);
  part("last-head").textContent = say(`last_${list}`);
  part("rows").replaceChildren(...rows);
  part("empty").hidden = rows.length > 0;
}

/** @param {View} view @param {string} list @returns {HTMLElement[]} */
function ticketRows(view, list) {
  const tickets = /** @type {Ticket[]} */ (/** @type {any} */ (view)[list]);
  return tickets.map((ticket) => {
    const last = lastCell(list, ticket);
    const topic = ticket.orphan ? say("nobody_serves", { topic: topicOf(ticket.services) }) : topicOf(ticket.services);
    const row = rowOf([shown(ticket.number), topic, ticket.appointment ? clockText(Date.parse(ticket.appointment)) : "", last],
      list, ticket.id);
    row.classList.toggle("is-next", list === "waiting" && view.next?.ticket.id === ticket.id);
    row.classList.toggle("is-elsewhere", list === "waiting" && !ticket.mine);
    row.children[3].classList.toggle("is-late", list === "waiting" && minutesSince(ticket.since) >= LATE_MINUTES);
    return row;
  });
}

/** @param {string} list @param {Ticket} ticket */
function lastCell(list, ticket) {
  if (list === "called") return say("at_place", { place: document.body.dataset.place ?? "", counter: ticket.counter ?? "" });
  if (list === "finished") return clockText(Date.parse(ticket.finished_at ?? ticket.since));
  return say("minutes_one", { n: minutesSince(ticket.since) });
}

/** @param {View["expected"][number]} one */
function expectedRow(one) {
  return rowOf(["", topicOf(one.services), clockText(Date.parse(one.start)), ""], "expected", one.appointment_id);
}

/** @param {string[]} cells @param {string} list @param {number} id @returns {HTMLElement} */
function rowOf(cells, list, id) {
  const row = document.createElement("tr");
  for (const text of cells) row.insertCell().textContent = text;
  const step = rowStep(list);
  const cell = row.insertCell();
  if (step) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "action";
    button.dataset.rowStep = step.step;
    button.dataset.id = String(id);
    button.textContent = say(step.label);
    button.setAttribute("aria-label", `${say(step.label)}: ${cells[0] || cells[2]} ${cells[1]}`);
    cell.append(button);
  }
  return row;
}

// @ts-check
// Draws the counter's page from a view. The boxes never move; rows that come while the pointer is
// over the list wait below it.

import { clockText, serverNow } from "../core/server-time.js";
import { offered, rowStep, situation } from "./counter-model.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").Ticket} Ticket */
/** @typedef {import("./counter-model.js").Service} Service */

const LATE_MINUTES = 40;

/** @param {string} name @returns {HTMLElement} */
export const part = (name) => {
  const found = document.querySelector(`[data-${name}]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page lacks data-${name}`);
  return found;
};

/** @type {Record<string, string>} */
const words = JSON.parse(part("words").textContent ?? "{}");

/** @param {string} key @param {Record<string, string | number>} [values] @returns {string} */
export function say(key, values = {}) {
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), words[key] ?? key);
}

/** @param {string} number "A042" @returns {string} "A 042", with a space that cannot break */
export const shown = (number) => `${number[0]}\u00a0${number.slice(1)}`;

/** @param {string} moment @returns {number} whole minutes since then */
const minutesSince = (moment) => Math.max(0, Math.floor((serverNow() - Date.parse(moment)) / 60000));

/** @param {Service[]} services @returns {string} */
export function topicOf(services) {
  return services.map((one) => (one.count > 1 ? `${one.name} (${one.count})` : one.name)).join(", ");
}

/** @param {View} view */
export function drawBar(view) {
  part("waiting").textContent = String(view.waiting.length);
  part("open").textContent = String(view.counters_open);
  const { wait } = view;
  if (!wait) part("range").textContent = say("unknown");
  else if (wait.high_minutes === null) part("range").textContent = say("over", { low: wait.low_minutes });
  else part("range").textContent = say("minutes", { low: wait.low_minutes, high: wait.high_minutes });
}

/** The left half. @param {View} view */
export function drawNow(view) {
  const now = situation(view);
  const person = view.current ?? (now === "next" ? view.next?.ticket ?? null : null);
  part("number-box").hidden = part("topic-box").hidden = person === null;
  part("nobody").hidden = person !== null;
  part("label").textContent = say(`label_${now}`, { time: startOf(view, person) });
  part("waited").textContent = person ? waitedText(now, person) : "";
  if (person) drawPerson(person);
  part("nobody-head").textContent = say(`head_${now}`);
  part("nobody-text").textContent = say(`text_${now}`, { time: clockText(Date.parse(view.since)) });
  drawWhy(view, now);
  const title = person ? say("title", { label: say(`short_${now}`), number: shown(person.number) }) : say(`head_${now}`);
  if (part("heading").textContent !== title) part("heading").textContent = title;
  document.title = `${document.body.dataset.place} ${view.counter}: ${title}`;
}

/** @param {View} view @param {Ticket | null} person */
function startOf(view, person) {
  const moment = person?.started_at ?? person?.called_at ?? view.since;
  return clockText(Date.parse(moment));
}

/** @param {string} now @param {Ticket} person */
function waitedText(now, person) {
  if (now === "next") return say("waits_since", { n: minutesSince(person.since) });
  const until = Date.parse(person.called_at ?? person.since);
  return say("waited", { n: Math.max(0, Math.round((until - Date.parse(person.since)) / 60000)) });
}

/** @param {Ticket} person */
function drawPerson(person) {
  part("number").textContent = shown(person.number);
  part("topic").textContent = topicOf(person.services);
  const origin = person.appointment
    ? say("with_appointment", { time: clockText(Date.parse(person.appointment)), arrived: clockText(Date.parse(person.since)) })
    : say("without_appointment", { time: clockText(Date.parse(person.since)) });
  const hints = [origin];
  if (person.persons > 1) hints.push(say("persons", { n: person.persons }));
  if (person.step_free) hints.push(say("step_free"));
  if (person.language !== "de") hints.push(say("language", { language: person.language }));
  if (person.remark) hints.push(person.remark);
  part("detail").textContent = hints.join(" · ");
}

/** @param {View} view @param {string} now */
function drawWhy(view, now) {
  const seen = view.seen;
  const calls = view.current?.calls ?? 0;
  part("why").hidden = !(now === "next" || (view.current && seen));
  if (now === "next") {
    part("why-head").textContent = view.next?.why ?? "";
    part("why-text").textContent = view.next?.more ?? "";
  } else if (seen) {
    const silent = seen.screens === 0 || seen.shown < seen.screens;
    part("why").classList.toggle("is-attention", silent);
    part("why-head").textContent = seen.screens === 0 ? say("no_screen") : say("seen", { shown: seen.shown, screens: seen.screens });
    part("why-text").textContent = calls > 1 ? say("calls", { n: calls }) : say("spoken", { n: seen.announced });
  }
}

/** The timer beside the number; counts on from the server's time, also after a reload. @param {View} view */
export function drawTimer(view) {
  const from = view.current?.started_at ?? view.current?.called_at;
  if (!from) {
    part("timer").textContent = "";
    return;
  }
  const seconds = Math.max(0, Math.floor((serverNow() - Date.parse(from)) / 1000));
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  part("timer").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** The large button and the steps under it. @param {View} view @param {boolean} resting */
export function drawSteps(view, resting) {
  const { main, more } = offered(view);
  part("main-text").textContent = say(main.label);
  const button = /** @type {HTMLButtonElement} */ (part("main"));
  button.disabled = resting || situation(view) === "nobody";
  const box = part("actions");
  const names = more.map((step) => step.step).join();
  if (box.dataset.steps === names) return;
  box.dataset.steps = names;
  box.replaceChildren(...more.map((step) => {
    const action = document.createElement("button");
    action.type = "button";
    action.className = "action";
    action.dataset.step = step.step;
    const key = document.createElement("kbd");
    key.textContent = step.key.toUpperCase();
    action.append(say(step.label), key);
    return action;
  }));
}

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

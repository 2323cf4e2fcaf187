// @ts-check
// The windows that send somebody elsewhere or aside, and the counter into a break.

import { session, step } from "./counter-actions.js";
import { clockText, serverNow } from "../core/server-time.js";
import { keepNote } from "./counter-note.js";
import { house, make, say, shown, write } from "./counter-page.js";
import { run } from "./counter-run.js";
import { linesOf } from "./counter-serve.js";
import { chosenServices, fillPicker, openWindow, typed } from "./counter-windows.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").Ticket} Ticket */

const { office = "" } = document.body.dataset;

/** @param {Ticket} ticket @param {string} name @param {object} body */
const move = (ticket, name, body) => run(async () => {
  await keepNote();
  return step(ticket.id, name, body);
}, () => ({
  done: say(`done_${name}`, { number: shown(ticket.number) }),
  undo: () => step(ticket.id, "undo"),
}), true);

/** What of the visit was done here, to be ticked; what came along was. @param {HTMLFormElement} form @param {Ticket} ticket */
function fillDone(form, ticket) {
  const box = /** @type {HTMLElement} */ (form.querySelector("[data-done-here]"));
  const legend = /** @type {Element} */ (box.querySelector("legend"));
  box.hidden = ticket.status !== "serving";
  box.replaceChildren(legend, ...linesOf(ticket).map(({ slug, name, cameAlong }) => make("label", { class: "tick-row" },
    make("input", { type: "checkbox", name: "done", value: slug, checked: cameAlong }), make("span", {}, name))));
}

/** @param {HTMLFormElement} form @param {Ticket} ticket @returns {{ done?: { slug: string, count: number }[] }} */
function doneHere(form, ticket) {
  if (ticket.status !== "serving") return {};
  const ticked = new FormData(form).getAll("done");
  const done = linesOf(ticket).filter(({ slug }) => ticked.includes(slug)).map(({ slug, count }) => ({ slug, count }));
  return done.length > 0 ? { done } : {};
}

/** @param {Ticket} ticket */
export function openPark(ticket) {
  openWindow("park", {
    title: say("park_title", { number: shown(ticket.number) }),
    fill: (form) => fillDone(form, ticket),
    send: (form) => move(ticket, "park", {
      reason: typed(form, "reason") || null, personal: typed(form, "for") === "me", ...doneHere(form, ticket),
    }),
  });
}

/** @param {View} view @param {Ticket} ticket */
export function openTransfer(view, ticket) {
  openWindow("transfer", {
    title: say("transfer_title", { number: shown(ticket.number) }),
    fill(form) {
      const to = /** @type {HTMLSelectElement} */ (form.elements.namedItem("to"));
      to.replaceChildren(...targets(view));
      fillDone(form, ticket);
      const offer = () => fillPicker(form, { office: officeOf(view, to.value) });
      to.onchange = offer;
      offer();
    },
    send(form) {
      const [kind, slug] = typed(form, "to").split(":");
      const there = chosenServices(form);
      const minutes = Number(typed(form, "minutes"));
      return move(ticket, "transfer", {
        [kind]: slug, ...doneHere(form, ticket),
        ...(there.length > 0 ? { services: there } : {}),
        ...(minutes > 0 ? { after_minutes: minutes } : {}),
      });
    },
  });
}

/** Which office's services are done there. @param {View} view @param {string} to */
function officeOf(view, to) {
  const [kind, slug] = to.split(":");
  return kind === "office" ? slug : view.counters.find((one) => one.slug === slug)?.office ?? office;
}

/** The queues of the area, then its counters, those that are open first. @param {View} view */
function targets(view) {
  const option = (/** @type {string} */ value, /** @type {string} */ text) => make("option", { value }, text);
  const others = view.counters.filter(({ id }) => id !== view.counter_id);
  const order = ["open", "break", "closed"];
  others.sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  return [
    make("optgroup", { label: say("to_queue") }, ...house.offices.map(({ slug, name }) =>
      option(`office:${slug}`, slug === office ? say("own_queue") : name))),
    make("optgroup", { label: say("to_counter") }, ...others.map(({ slug, word, label, state, number }) =>
      option(`counter:${slug}`, `${word} ${label}, ${number ? say("place_busy", { number: shown(number) }) : say(`place_${state}`)}`))),
  ];
}

/** @param {View} view */
export function openBreak(view) {
  const isOn = view.state === "break";
  openWindow("break", {
    title: say(isOn ? "step_break_again" : "step_break"),
    fill(form) {
      const submit = /** @type {HTMLElement} */ (form.querySelector("[type=submit]"));
      write(submit, say(isOn ? "step_break_again" : "begin_break"));
      const time = /** @type {HTMLInputElement} */ (form.elements.namedItem("time"));
      form.onchange = ({ target }) => {
        if (target === time) /** @type {RadioNodeList} */ (form.elements.namedItem("minutes")).value = "";
        else if (target instanceof HTMLInputElement) time.value = "";
      };
    },
    send(form) {
      const until = endOf(typed(form, "minutes"), typed(form, "time"));
      if (until === undefined) return say("past_time");
      return run(() => session({ state: "break", services: view.services, until }), () => ({ done: "" }), true);
    },
  });
}

/** When a break ends: in so many minutes, or at "12:30" today; null is open. @param {string} minutes @param {string} time */
function endOf(minutes, time) {
  if (!time) return minutes ? new Date(serverNow() + Number(minutes) * 60000).toISOString() : null;
  const [hours, minute] = time.split(":").map(Number);
  const [hoursNow, minuteNow] = clockText(serverNow()).split(":").map(Number);
  const ahead = hours * 60 + minute - hoursNow * 60 - minuteNow;
  return ahead > 0 ? new Date(Math.floor(serverNow() / 60000) * 60000 + ahead * 60000).toISOString() : undefined;
}

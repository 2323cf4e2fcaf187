// @ts-check
// The windows about numbers: a new one, a certain one, an appointment, other requests, a range that is discarded.

import { checkIn, discard, draw, step, undoDiscard } from "./counter-actions.js";
import { clockOf, make, numberOf, say, shown, topicOf } from "./counter-page.js";
import { run } from "./counter-run.js";
import { clockText, serverNow } from "../core/server-time.js";
import { chosenServices, fillPicker, openWindow, typed } from "./counter-windows.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").Ticket} Ticket */

/** @param {{ number: string }} issued */
const drawn = ({ number }) => ({ done: say("done_draw", { number: shown(number) }) });

/** A moment of today. @param {string} time "10:42" */
function todayAt(time) {
  const [hours, minutes] = time.split(":").map(Number);
  const [hoursNow, minutesNow] = clockText(serverNow()).split(":").map(Number);
  const back = (hoursNow - hours) * 60 + minutesNow - minutes;
  return new Date(Math.floor(serverNow() / 60000) * 60000 - back * 60000).toISOString();
}

/** A new number; those past a lock too, for a clerk may. */
export function openDraw() {
  openWindow("draw", {
    fill: (form) => fillPicker(form),
    send(form) {
      const services = chosenServices(form);
      if (services.length === 0) return say("choose_service");
      const time = typed(form, "drawn_at");
      const paper = typed(form, "paper").toUpperCase().replace(/\s/g, "");
      if (paper && !time) return say("paper_needs_time");
      const ticked = new FormData(form);
      return run(() => draw({
        services,
        persons: Number(typed(form, "persons")) || 1,
        language: typed(form, "language") || "de",
        priority: ticked.has("priority"),
        step_free: ticked.has("step_free"),
        ...(time ? { drawn_at: todayAt(time) } : {}),
        ...(paper ? { paper } : {}),
        ...(typed(form, "remark") ? { remark: typed(form, "remark") } : {}),
        ...(ticked.has("back_office") ? { channel: "back_office" } : {}),
      }), drawn, true);
    },
  });
}

/** Checks in an appointment by its number or the text of its code. */
export function openArrive() {
  openWindow("arrive", {
    send: (form) => run(() => checkIn({ code: typed(form, "code") }),
      ({ number }) => ({ done: say("done_check_in", { number: shown(number) }) }), true),
  });
}

/** Calls a certain number. @param {(number: string, sure: boolean) => Promise<{ refused?: Error }> | string} call sure: sent once more */
export function openNumber(call) {
  let sent = "";
  openWindow("number", {
    send: (form) => {
      const wanted = numberOf(typed(form, "number"));
      if (!wanted) return say("no_number");
      const sure = wanted === sent;
      sent = wanted;
      return call(wanted, sure);
    },
  });
}

/** Other requests, or for more persons; number and place stay. @param {Ticket} ticket */
export function openChange(ticket) {
  const asked = new Map(ticket.services.filter((one) => !one.done).map((one) => [one.slug, one.count]));
  openWindow("change", {
    title: say("change_title", { number: shown(ticket.number) }),
    fill(form) {
      fillPicker(form, { chosen: asked });
      /** @type {HTMLInputElement} */ (form.elements.namedItem("persons")).value = String(ticket.persons);
    },
    send(form) {
      const services = chosenServices(form);
      if (services.length === 0) return say("choose_service");
      return run(() => step(ticket.id, "change", { services, persons: Number(typed(form, "persons")) || 1 }), () => ({
        done: say("done_change", { number: shown(ticket.number) }), undo: () => step(ticket.id, "undo"),
      }), true);
    },
  });
}

/** A drawn number turns out to be an appointment's. @param {View} view @param {Ticket} ticket */
export function openJoin(view, ticket) {
  openWindow("join", {
    title: say("join_title", { number: shown(ticket.number) }),
    fill(form) {
      const list = /** @type {HTMLElement} */ (form.querySelector("[data-appointments]"));
      const legend = /** @type {Element} */ (list.querySelector("legend"));
      list.replaceChildren(legend, ...view.expected.map((one) => make("label", { class: "tick-row" },
        make("input", { type: "radio", name: "appointment", value: String(one.appointment_id), required: true }),
        make("b", {}, clockOf(one.start)), make("span", {}, topicOf(/** @type {any} */ (one.services))))));
    },
    send: (form) => run(() => step(ticket.id, "join", { appointment: Number(typed(form, "appointment")) }), () => ({
      done: say("done_join", { number: shown(ticket.number) }), undo: () => step(ticket.id, "undo"),
    }), true),
  });
}

/** Throws a range away in one step, because nobody is behind the numbers; it can be taken back. */
export function openDiscard() {
  openWindow("discard", {
    send(form) {
      const first = numberOf(typed(form, "first"));
      const last = numberOf(typed(form, "last")) || first;
      if (!/^[A-Z]/.test(first)) return say("no_number");
      const whole = /^[A-Z]/.test(last) ? last : first[0] + last;
      return run(() => discard({ first, last: whole }), ({ id, numbers }) => ({
        done: say(numbers.length === 1 ? "done_discard_one" : "done_discard", { n: numbers.length, number: shown(numbers[0] ?? first) }),
        undo: () => undoDiscard(id),
      }), true);
    },
  });
}

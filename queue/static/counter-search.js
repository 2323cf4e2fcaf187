// @ts-check
// Looking for a number in all lists: "/" , the number, Enter.

import { LISTS } from "./counter-model.js";
import { make, numberOf, say, shown, topicOf } from "./counter-page.js";
import { openWindow, windowOf } from "./counter-windows.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").List} List */
/** @typedef {import("./counter-model.js").Ticket} Ticket */

const MOST = 8;

/** @param {View} view @param {string} typed @returns {{ list: List, ticket: Ticket }[]} */
export function find(view, typed) {
  const part = typed.toUpperCase().replace(/\s/g, "");
  const whole = numberOf(typed);
  if (!part) return [];
  const found = LISTS.filter((list) => list !== "expected").flatMap((list) =>
    /** @type {Ticket[]} */ (view[list]).map((ticket) => ({ list, ticket })));
  const exact = found.filter(({ ticket }) => ticket.number === whole || ticket.number.slice(1) === whole);
  return exact.length > 0 ? exact : found.filter(({ ticket }) => ticket.number.includes(part)).slice(0, MOST);
}

/** @param {() => View | null} view @param {(list: List, id: number) => void} show */
export function openSearch(view, show) {
  const results = /** @type {HTMLElement} */ (windowOf("search").querySelector("[data-results]"));
  const found = () => {
    const now = view();
    const input = windowOf("search").querySelector("input");
    return now && input ? find(now, input.value) : [];
  };
  const draw = () => results.replaceChildren(...found().map(({ list, ticket }) =>
    make("li", {}, make("button", { type: "button", "data-list-of": list, "data-ticket": String(ticket.id) },
      make("b", {}, shown(ticket.number)), make("span", {}, topicOf(ticket.services)), make("small", {}, say(`in_${list}`))))));
  const go = (/** @type {List} */ list, /** @type {number} */ id) => {
    windowOf("search").close();
    show(list, id);
  };
  results.onclick = ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button) go(/** @type {List} */ (button.dataset.listOf), Number(button.dataset.ticket));
  };
  openWindow("search", {
    fill(form) {
      form.oninput = draw;
      draw();
    },
    send() {
      const [first] = found();
      if (!first) return say("not_found");
      go(first.list, first.ticket.id);
      return undefined;
    },
  });
}

// @ts-check
// "What was done?": the services of the visit with how many, those that came along, and the town somebody
// lives in. Kept in this browser's tab until the visit ends, so that neither news nor a reload loses it.

import { house, icon, make, part, say, servicesOf, write } from "./counter-page.js";
import { chosenServices, fillPicker, openWindow } from "./counter-windows.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").Ticket} Ticket */
/** @typedef {{ visit: string, asked: string, counts: Record<string, number>, town: string }} Draft */

const MEMORY = "aufruf.counter.done";
const MOST = 20;

/** @type {Draft} */
let draft = { visit: "", asked: "", counts: {}, town: "" };

/** @param {Ticket} ticket @returns {[string, number][]} what is still to do */
const askedOf = (ticket) => ticket.services.filter((one) => !one.done).map((one) => [one.slug, one.count]);

/** The draft of this visit: as kept, else what was asked for; what is asked for anew counts anew. @param {Ticket} ticket */
function follow(ticket) {
  const asked = askedOf(ticket);
  const visit = visitOf(ticket);
  if (draft.visit !== visit) draft = kept(visit) ?? { visit, asked: "", counts: {}, town: "" };
  if (draft.asked === JSON.stringify(asked)) return;
  const before = new Map(/** @type {[string, number][]} */ (JSON.parse(draft.asked || "[]")));
  const added = Object.entries(draft.counts).filter(([slug]) => !before.has(slug));
  draft.counts = Object.fromEntries([...asked, ...added]);
  draft.asked = JSON.stringify(asked);
  keep();
}

/** Parked and called again is another visit: what was done before is kept already. @param {Ticket} ticket */
const visitOf = (ticket) => `${ticket.id} ${ticket.started_at}`;

/** @param {string} visit @returns {Draft | null} */
function kept(visit) {
  try {
    const found = JSON.parse(sessionStorage.getItem(MEMORY) ?? "null");
    return found?.visit === visit ? found : null;
  } catch {
    return null;
  }
}

const keep = () => sessionStorage.setItem(MEMORY, JSON.stringify(draft));

/** @returns {{ slug: string, count: number }[]} what was done, without what was not */
const done = () => Object.entries(draft.counts).filter(([, count]) => count > 0).map(([slug, count]) => ({ slug, count }));

/**
 * What finishing says: an empty list when nothing could be done; left out, it is what was asked for.
 * @param {Ticket} ticket
 * @returns {{ services?: { slug: string, count: number }[], residence?: string }}
 */
export function whatWasDone(ticket) {
  if (draft.visit !== visitOf(ticket)) return {};
  return { services: done(), ...(draft.town ? { residence: draft.town } : {}) };
}

/** The lines of the visit, for a window that asks which of them are done. @param {Ticket} ticket */
export function linesOf(ticket) {
  follow(ticket);
  return Object.entries(draft.counts).filter(([, count]) => count > 0).map(([slug, count]) => ({
    slug, count, name: nameOf(ticket, slug), cameAlong: !ticket.services.some((one) => one.slug === slug && !one.done),
  }));
}

/** @param {Ticket} ticket @param {string} slug */
const nameOf = (ticket, slug) =>
  [...ticket.services, ...servicesOf()].find((one) => one.slug === slug)?.name ?? slug;

/** @param {View} view */
export function drawServe(view) {
  const ticket = view.current?.status === "serving" ? view.current : null;
  part("serve").hidden = ticket === null;
  if (!ticket) return;
  follow(ticket);
  const box = part("rendered");
  const slugs = Object.keys(draft.counts);
  if (box.dataset.slugs !== `${ticket.id} ${slugs.join()}`) {
    box.dataset.slugs = `${ticket.id} ${slugs.join()}`;
    box.replaceChildren(...slugs.map((slug) => lineOf(ticket, slug)));
  }
  for (const slug of slugs) showCount(slug);
  drawTowns();
}

/** @param {Ticket} ticket @param {string} slug */
function lineOf(ticket, slug) {
  const asked = ticket.services.find((one) => one.slug === slug && !one.done);
  const name = nameOf(ticket, slug);
  const button = (/** @type {string} */ way, /** @type {number} */ by) => make("button", {
    type: "button", class: "square", "data-count-of": slug, "data-by": String(by), "aria-label": say(`${way}_of`, { name }),
  }, icon(way));
  return make("li", { "data-rendered-of": slug },
    make("span", {}, make("b", {}, name), make("small", {}, say(asked ? "asked_for" : "came_along"))),
    make("span", { class: "stepper" }, button("minus", -1), make("output", {}), button("plus", 1)));
}

/** @param {string} slug */
function showCount(slug) {
  const row = part("rendered").querySelector(`[data-rendered-of="${slug}"]`);
  const count = draft.counts[slug];
  write(/** @type {Element} */ (row?.querySelector("output")), String(count));
  row?.classList.toggle("is-none", count === 0);
}

function drawTowns() {
  for (const field of document.querySelectorAll("[name=residence]")) {
    if (field instanceof HTMLInputElement) field.checked = field.value === draft.town;
    if (field instanceof HTMLSelectElement && field.value !== draft.town) field.value = draft.town;
  }
}

/** Chooses what came along. @param {() => void} draw */
export function openAdd(draw) {
  openWindow("add", {
    fill: (form) => fillPicker(form, { without: new Set(Object.keys(draft.counts)) }),
    send(form) {
      const chosen = chosenServices(form);
      if (chosen.length === 0) return say("choose_service");
      for (const { slug, count } of chosen) draft.counts[slug] = count;
      keep();
      draw();
      return undefined;
    },
  });
}

/** @param {() => void} draw */
export function listenToServe(draw) {
  part("serve").addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-count-of]") : null;
    if (!(button instanceof HTMLElement)) return;
    const { countOf = "", by } = button.dataset;
    draft.counts[countOf] = Math.min(MOST, Math.max(0, draft.counts[countOf] + Number(by)));
    keep();
    showCount(countOf);
  });
  part("serve").addEventListener("click", ({ target, detail }) => {
    // After a click the space bar is the large button's again; arrows go on through the towns.
    if (detail > 0 && target instanceof HTMLInputElement) target.blur();
  });
  part("serve").addEventListener("change", (event) => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement) || target.name !== "residence") return;
    draft.town = target.value;
    keep();
    draw();
  });
  part("residence").hidden = house.towns.length < 2;
}

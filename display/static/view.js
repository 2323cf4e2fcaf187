// @ts-check
// Draws the board into the page: the large panel, the history, the foot. Decides nothing about time.

import { clockText, dayText } from "../core/server-time.js";

/** @typedef {import("./board.js").Call} Call */

const SHOWN_ROWS = 4;
// A range that ends so soon needs no figures; the phone says it the same way.
const SOON_MINUTES = 5;

/** @param {string} name @returns {HTMLElement} */
const part = (name) => {
  const found = document.querySelector(`[data-${name}]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page lacks data-${name}`);
  return found;
};

/** @param {string} number "A042" @returns {HTMLElement} "A 042" with a gap that cannot break */
function shownNumber(number) {
  const shown = document.createElement("span");
  shown.className = "number";
  shown.append(number[0], document.createElement("i"), number.slice(1));
  return shown;
}

/** Places like "3", "12" or names like "Trauzimmer" are drawn differently. @param {Call} call */
function kindOfPlace(call) {
  if (!/^\d+[a-z]?$/i.test(call.counter)) return "is-name";
  if (call.counter.length > 2) return "is-long is-wide";
  return call.word.length + call.counter.length > 6 ? "is-long" : "";
}

/** The large panel. @param {Call | null} call @param {boolean} fresh in gold */
export function drawCall(call, fresh) {
  const panel = part("call");
  part("lockup").hidden = call === null;
  part("calm").hidden = call !== null;
  if (panel.dataset.drawn !== (call ? String(call.call_id) : "")) {
    panel.dataset.drawn = call ? String(call.call_id) : "";
    if (call) fillCall(call);
  }
  if (!fresh) panel.classList.remove("is-fresh");
  else if (panel.dataset.fresh !== panel.dataset.drawn) restart(panel);
  panel.dataset.fresh = fresh ? panel.dataset.drawn : "";
}

/** A second call must sweep in again: drop the class, let the browser notice, set it. @param {HTMLElement} panel */
function restart(panel) {
  panel.classList.remove("is-fresh");
  void panel.offsetWidth;
  panel.classList.add("is-fresh");
}

/** @param {Call} call */
function fillCall(call) {
  part("number").replaceChildren(shownNumber(call.number));
  const way = part("way");
  way.className = `call-way ${kindOfPlace(call)}`.trim();
  const named = kindOfPlace(call) === "is-name";
  part("word").textContent = named ? call.counter : call.word;
  part("place").textContent = named ? "" : call.counter;
  const arrow = document.querySelector(`template[data-arrow-${call.arrow}]`);
  const drawn = arrow instanceof HTMLTemplateElement ? arrow.content.cloneNode(true) : "";
  part("arrow").replaceChildren(drawn);
}

/** The calls beside or under it. @param {Call[]} calls @param {boolean} underCall */
export function drawHistory(calls, underCall) {
  const head = part("history-head");
  head.textContent = (underCall ? head.dataset.before : head.dataset.last) ?? "";
  const list = part("history");
  list.replaceChildren(...calls.slice(0, SHOWN_ROWS).map(historyRow));
  part("history-empty").hidden = calls.length > 0 || underCall;
  const words = new Set(calls.slice(0, SHOWN_ROWS).map((call) => call.word));
  if (words.size > 0) part("history-word").textContent = [...words].join(" / ");
}

/** @param {Call} call @returns {Node} */
function historyRow(call) {
  const template = document.querySelector("template[data-row]");
  if (!(template instanceof HTMLTemplateElement)) throw new Error("the page lacks data-row");
  const row = template.content.cloneNode(true);
  if (!(row instanceof DocumentFragment)) throw new Error("an empty row");
  const [item] = row.children;
  for (const kind of kindOfPlace(call).split(" ").filter(Boolean)) item.classList.add(kind);
  item.children[0].replaceChildren(shownNumber(call.number));
  item.children[1].textContent = call.counter;
  return item;
}

/**
 * Count and range at the foot.
 * @param {number} count
 * @param {{ low_minutes: number, high_minutes: number | null } | null} wait
 */
export function drawWaiting(count, wait, told) {
  const words = part("waiting").dataset;
  part("count").textContent = String(count);
  part("range-box").hidden = wait === null || !told;
  part("unknown-box").hidden = wait !== null || !told;
  part("count-box").hidden = false;
  if (wait) part("range").textContent = rangeText(words, wait);
}

/** @param {DOMStringMap} words @param {{ low_minutes: number, high_minutes: number | null }} wait */
function rangeText(words, wait) {
  const low = String(wait.low_minutes);
  if (wait.high_minutes === null) return (words.long ?? "").replace("{low}", low);
  if (wait.high_minutes <= SOON_MINUTES) return words.soon ?? "";
  return (words.minutes ?? "").replace("{low}", low).replace("{high}", String(wait.high_minutes));
}

/** The last state stays, without gold, with the time it is from. @param {number | null} since */
export function drawOffline(since) {
  part("call").classList.toggle("is-stale", since !== null);
  part("offline").hidden = since === null;
  part("note").hidden = since !== null;
  if (since === null) return;
  const text = part("since");
  text.textContent = (text.dataset.since ?? "").replace("{time}", clockText(since));
  part("range-box").hidden = true;
  part("count-box").hidden = true;
  part("unknown-box").hidden = false;
}

/**
 * Which offices of the room closed early: in large type when all did and nobody is called, else below.
 * @param {string[]} closed
 * @param {boolean} calling
 * @param {boolean} offline then the notice of the lost connection has that place
 * @returns {boolean} whether all did
 */
export function drawClosed(closed, calling, offline) {
  const all = (document.body.dataset.offices ?? "").split(" ").every((office) => closed.includes(office));
  part("calm-open").hidden = all;
  part("calm-closed").hidden = !all;
  part("closed-all").hidden = !all;
  for (const one of document.querySelectorAll("[data-closed-office]")) {
    if (one instanceof HTMLElement) one.hidden = all || !closed.includes(one.dataset.closedOffice ?? "");
  }
  const noted = closed.length > 0 && (calling || !all) && !offline;
  part("closed").hidden = !noted;
  part("call").classList.toggle("is-noted", noted);
  part("call").classList.toggle("is-closed", all);
  if (closed.length > 0) part("note").hidden = true;
  return all;
}

/** @param {number} now server's now, ms */
export function drawClock(now) {
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = clockText(now);
  part("day").textContent = dayText(now);
}

/** The offer to switch the sound on stands as long as the browser keeps us silent. @param {boolean} offered */
export function offerSound(offered) {
  part("sound").hidden = !offered;
}

// @ts-check
// The urgent message of an office: over everything but a call, until it is taken down or its time
// is over by the server's clock.

import { serverNow } from "../core/server-time.js";
import { differs, parts } from "./page.js";
import { screen } from "./settings.js";
import { element, fit } from "./slide-sheet.js";

/** @typedef {import("./board.js").Board["messages"]} Messages */

const observed = new ResizeObserver((entries) => entries.forEach((one) => refit(one.target)));

/** @param {Messages} messages urgent ones by office @param {boolean} gold a call has the panel */
export function drawMessage(messages, gold) {
  const standing = screen.offices.filter((office) => stands(messages[office])).map((office) => ({ office, ...messages[office] }));
  for (const box of parts("message")) {
    // Beside slides it covers no call, and stays; unless one is gold it has the larger part (half.css).
    box.hidden = standing.length === 0 || (gold && box.closest("[data-call]") !== null);
    if (differs(box, standing)) fill(box, standing);
    if (!box.hidden) refit(box);
  }
}

/** @param {Messages} messages @returns {boolean} whether one has the large panel, as long as no call is gold */
export function coversCalls(messages) {
  return screen.offices.some((office) => stands(messages[office]));
}

/** @param {Messages[string] | undefined} message */
function stands(message) {
  return message !== undefined && (message.until === null || serverNow() < Date.parse(message.until));
}

/**
 * @param {HTMLElement} box
 * @param {(Messages[string] & { office: string })[]} messages
 */
function fill(box, messages) {
  const sheet = element("div", "message-sheet");
  const same = new Set(messages.map((one) => `${one.text}\n${one.text_en}`)).size === 1;
  for (const one of same ? messages.slice(0, 1) : messages) {
    if (!same) sheet.append(element("p", "message-office", screen.names[one.office]));
    sheet.append(element("p", "message-text", one.text));
    if (one.text_en) sheet.append(english(one.text_en));
  }
  const room = element("div", "message-room");
  room.append(sheet);
  box.querySelector(".message-room")?.remove();
  box.append(room);
  observed.observe(box);
}

/** @param {string} text */
function english(text) {
  const said = element("p", "message-english", text);
  said.lang = "en";
  return said;
}

/** @type {WeakMap<Element, string>} by sheet, for which room it was made to fit */
const drawn = new WeakMap();

/** @param {Element} box */
function refit(box) {
  const room = box.querySelector(".message-room"), sheet = room?.firstElementChild;
  if (!room || !(sheet instanceof HTMLElement)) return;
  const size = `${room.clientWidth} ${room.clientHeight}`;
  if (drawn.get(sheet) === size) return;
  fit(sheet);
  drawn.set(sheet, size);
}

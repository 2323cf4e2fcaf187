// @ts-check
// The note for colleagues, kept by itself while somebody writes. Two who write at once lose nothing: both
// texts stand one below the other then.

import { Refused, step } from "./counter-actions.js";
import { part, say, write } from "./counter-page.js";

/** @typedef {import("./counter-model.js").View} View */

const PAUSE_MS = 700;
const MOST = 500;

const field = /** @type {HTMLTextAreaElement} */ (part("note"));
let ticket = 0;
// What the server has, as far as we know.
let known = "";
let timer = 0;
/** @type {Promise<void>} */
let sending = Promise.resolve();

/** @param {string} key */
const tell = (key) => write(part("note-said"), key && say(key));

/** Shows the note of the visit; what is being written stays. @param {View} view */
export function drawNote(view) {
  const person = view.current?.status === "serving" ? view.current : null;
  if (!person) {
    if (ticket && field.value !== known) keepNote();
    ticket = 0;
    return;
  }
  const theirs = person.note ?? "";
  if (person.id !== ticket) {
    ticket = person.id;
    field.value = known = theirs;
    tell("");
  } else if (field.value === known && theirs !== known && document.activeElement !== field) {
    field.value = known = theirs;
  }
}

/** Sends what is not sent yet; resolves when the server has it. @returns {Promise<void>} */
export function keepNote() {
  clearTimeout(timer);
  const id = ticket;
  sending = sending.then(() => send(id));
  return sending;
}

/** @param {number} id */
async function send(id) {
  const text = field.value.trim();
  if (!id || id !== ticket || text === known) return;
  tell("note_sending");
  try {
    await step(id, "note", { text, was: known });
    if (id === ticket) known = text;
    tell("note_kept");
  } catch (error) {
    if (error instanceof Refused && error.code === "note_changed") merge(error.problem.note ?? "", text);
    else write(part("note-said"), error instanceof Refused ? error.message : say("no_answer"));
  }
}

/** Somebody else wrote meanwhile: theirs first, ours below. @param {string} theirs @param {string} ours */
function merge(theirs, ours) {
  known = theirs;
  const added = ours.startsWith(theirs) ? ours : `${theirs}\n${ours}`.trim();
  field.value = added;
  tell(added.length > MOST ? "note_both_long" : "note_both");
  if (added.length <= MOST) timer = window.setTimeout(keepNote, PAUSE_MS);
}

field.addEventListener("input", () => {
  tell("");
  clearTimeout(timer);
  timer = window.setTimeout(keepNote, PAUSE_MS);
});
field.addEventListener("blur", () => { keepNote(); });
field.addEventListener("keydown", (event) => { if (event.key === "Escape") field.blur(); });

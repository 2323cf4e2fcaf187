// @ts-check
// The board on the screen's side: applies messages, drops what is old. No page, no clock, no sound.

/**
 * @typedef {object} Call
 * @property {number} call_id
 * @property {number | null} recall_of
 * @property {number} ticket_id
 * @property {string} office
 * @property {string} number
 * @property {string} counter its label: "3" or a name
 * @property {string} place slug of the counter
 * @property {string} word
 * @property {string} arrow
 * @property {string | null} way
 * @property {string} at
 * @property {"called" | "serving" | "done"} state
 */
/**
 * @typedef {object} Board
 * @property {Record<string, number>} seq
 * @property {Call[]} calls newest first, one per ticket
 * @property {Record<string, number>} waiting
 * @property {string[]} closed offices that closed early today
 * @property {Record<string, { text: string, text_en: string | null, until: string | null }>} messages
 * @property {Record<string, number>} slides version of each office's slides
 */

/** @returns {Board} */
export function emptyBoard() {
  return { seq: {}, calls: [], waiting: {}, closed: [], messages: {}, slides: {} };
}

/**
 * The board after one message; the same board when the message is not newer than what it holds.
 * @param {Board} board
 * @param {any} message snapshot, call or board
 * @returns {Board}
 */
export function apply(board, message) {
  if (message.type === "snapshot") return boardOf(message.seq, message.board);
  if (message.seq <= (board.seq[message.office] ?? 0)) return board;
  const seq = { ...board.seq, [message.office]: message.seq };
  if (message.type === "board") return boardOf(seq, message.board);
  if (message.type !== "call") return board;
  const others = board.calls.filter((call) => call.ticket_id !== message.ticket_id);
  // Offices that share a room may commit in another order than they call.
  const calls = [message, ...others].sort((one, other) => other.call_id - one.call_id);
  // Withdrawn calls count among those the server keeps, and are not here.
  const kept = calls.filter((call) => call.call_id >= message.oldest);
  return { ...board, seq, calls: kept, waiting: message.waiting };
}

/** @param {Record<string, number>} seq @param {any} sent the board of a message @returns {Board} */
function boardOf(seq, sent) {
  const { calls, waiting, closed_early: closed, messages, slides } = sent;
  return { seq, calls, waiting, closed, messages, slides };
}

/** @param {Board} board @param {number} callId @returns {boolean} whether a call still stands */
export function stands(board, callId) {
  return board.calls.some((call) => call.call_id === callId && call.state === "called");
}

/**
 * Whether a screen shows a call: it belongs to its offices and goes to one of its counters.
 * @param {Call} call
 * @param {{ offices: string[], counters: string[] | null }} screen
 * @returns {boolean}
 */
export function shownOn(call, { offices, counters }) {
  return offices.includes(call.office) && (counters === null || counters.includes(call.place));
}

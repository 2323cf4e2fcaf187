// @ts-check
// Sends the counter's steps to the server. Each press has its own key, so that a repeat is harmless: while
// the line is away a step is sent again and again, and counts once.

/** An answer that says no, with the problem document's title and what to do. */
export class Refused extends Error {
  /** @param {Record<string, any>} problem */
  constructor(problem) {
    super([problem.title, problem.detail].filter(Boolean).join(" "));
    this.code = problem.code ?? "";
    this.problem = problem;
  }
}

// A clerk stands before somebody: after this long it is better to say that the step did not get through.
const PATIENCE_MS = 90_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2000;

let hold = (/** @type {boolean} */ _away) => {};

/** @param {(away: boolean) => void} callback told when a step waits for the line, and when it got through */
export function onHold(callback) {
  hold = callback;
}

/**
 * Posts JSON; sends it again under the same key until it is answered.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>} the answer, null for 204
 */
export async function post(path, body) {
  const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  const end = performance.now() + PATIENCE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const answer = await send(path, body, key);
      hold(false);
      return answer;
    } catch (error) {
      const final = error instanceof Refused && error.code !== "try_again";
      if (final || performance.now() > end) {
        hold(false);
        throw error;
      }
      hold(true);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** @param {string} path @param {object} body @param {string} key */
async function send(path, body, key) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(body),
  });
  if (answer.status === 204) return null;
  const result = await answer.json(); // a proxy's own page is no answer of ours: tried again
  if (!answer.ok) throw new Refused(result);
  return result;
}

const { counter = "", office = "" } = document.body.dataset;
const here = `/api/v1/counters/${encodeURIComponent(counter)}`;
const there = `/api/v1/offices/${encodeURIComponent(office)}`;

/** A step with a ticket. @param {number} id @param {string} step @param {object} [body] */
export const step = (id, step, body = {}) => post(`${here}/tickets/${id}/${step}`, body);

/** @param {boolean} silent without voice and screens */
export const next = (silent) => post(`${here}/next`, silent ? { silent } : {});

/** @param {Record<string, unknown>} session state, services, until */
export const session = (session) => post(`${here}/session`, session);

/** @param {object} wanted services, language, persons and the rest */
export const draw = (wanted) => post(`${there}/tickets`, wanted);

/** @param {{ code: string } | { appointment: number }} whom */
export const checkIn = (whom) => post(`${there}/check-ins`, whom);

/** @param {{ first: string, last: string }} range */
export const discard = (range) => post(`${here}/discards`, range);

/** @param {number} id of the discarding */
export const undoDiscard = (id) => post(`${here}/discards/${id}/undo`, {});

/** The address that shows a ticket on paper again. @param {number} id */
export const printPath = (id) => `/counter/${encodeURIComponent(counter)}/tickets/${id}/print`;

/** How somebody on the phone or in a video is reached; null when it is not for this counter now. @param {number} id */
export async function contactOf(id) {
  const answer = await fetch(`${here}/tickets/${id}/contact`);
  return answer.ok ? answer.json() : null;
}

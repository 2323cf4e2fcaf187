// @ts-check
// Sends the counter's steps to the server. Each press has its own key, so that a repeat is harmless.

/** An answer that says no, with the problem document's title and what to do. */
export class Refused extends Error {
  /** @param {{ title?: string, detail?: string, code?: string }} problem */
  constructor(problem) {
    super([problem.title, problem.detail].filter(Boolean).join(" "));
    this.code = problem.code ?? "";
  }
}

const TRIES = 3;

/**
 * Posts JSON; tries again under the same key when the line broke in the middle.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>} the answer, null for 204
 */
export async function post(path, body) {
  const key = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(path, body, key);
    } catch (error) {
      if (error instanceof Refused && error.code !== "try_again") throw error;
      if (attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300 * attempt));
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
  const result = await answer.json();
  if (!answer.ok) throw new Refused(result);
  return result;
}

/** @param {string} counter slug @param {string} office slug */
export function actionsOf(counter, office) {
  const counterPath = `/api/v1/counters/${encodeURIComponent(counter)}`;
  const officePath = `/api/v1/offices/${encodeURIComponent(office)}`;
  /** @param {number} id @param {string} step @param {object} [body] */
  const ticket = (id, step, body = {}) => post(`${counterPath}/tickets/${id}/${step}`, body);
  return {
    ticket,
    next: () => post(`${counterPath}/next`, {}),
    /** @param {"open" | "break" | "closed"} state */
    session: (state) => post(`${counterPath}/session`, { state }),
    /** @param {{ slug: string, count: number }[]} services @param {string} language */
    draw: (services, language) => post(`${officePath}/tickets`, { services, language }),
    /** @param {string} code */
    arrive: (code) => post(`${officePath}/check-ins`, { code }),
    /** @param {number} appointment */
    checkIn: (appointment) => post(`${officePath}/check-ins`, { appointment }),
  };
}

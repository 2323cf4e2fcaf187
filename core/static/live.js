// @ts-check
// One live socket: reconnects by itself with jitter, notices when the line is dead, never gives up.

const FIRST_WAIT = 400;
const LONGEST_WAIT = 8000;
// Where a page has nothing else to show, it comes back within two seconds of the server.
export const SOON = 1300;
// The server sends something at least every 15 s; three silent spans mean a dead line.
const SILENCE = 45000;

/**
 * @typedef {object} LiveOptions
 * @property {(message: any) => void} onMessage every message but the heartbeat, in order
 * @property {(connected: boolean) => void} onState called when the connection comes or goes
 * @property {() => void} [onHeard] called first for whatever comes, the heartbeat too
 * @property {number} [longestWait] ms between two tries at most, before jitter
 */

/**
 * Keeps a socket to a path of this server open.
 * @param {string} path absolute path of the socket
 * @param {LiveOptions} options
 * @returns {{ send: (message: object) => boolean, wake: () => void }} `send`: whether there was a line to
 *   send it on; `wake`: the page has slept, and a line that looks open may be dead: it is made anew
 */
export function follow(path, { onMessage, onState, onHeard, longestWait = LONGEST_WAIT }) {
  /** @type {WebSocket | null} */
  let socket = null;
  let wait = FIRST_WAIT;
  let silence = 0;
  let again = 0;

  const connect = () => {
    clearTimeout(again);
    const url = new URL(path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const mine = new WebSocket(url);
    socket = mine;
    listen(mine);
    mine.addEventListener("message", (event) => {
      if (mine !== socket) return;
      listen(mine);
      onHeard?.();
      const message = JSON.parse(event.data);
      if (message.type === "ping") return;
      wait = FIRST_WAIT;
      onMessage(message);
    });
    mine.addEventListener("open", () => mine === socket && onState(true));
    mine.addEventListener("close", () => lose(mine));
  };

  const listen = (/** @type {WebSocket} */ mine) => {
    clearTimeout(silence);
    silence = window.setTimeout(() => lose(mine), SILENCE);
  };

  /** A dead line may take long to notice that it is closed: nobody waits for that. @param {WebSocket | null} mine */
  const lose = (mine) => {
    if (!mine || mine !== socket) return;
    clearTimeout(silence);
    socket = null;
    mine.close();
    onState(false);
    leaveIfRefused();
    // Jitter: after a restart a thousand screens do not come back in the same instant.
    again = window.setTimeout(connect, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, longestWait);
  };

  window.addEventListener("offline", () => lose(socket));
  window.addEventListener("online", () => {
    wait = FIRST_WAIT;
    if (!socket) connect();
  });
  connect();
  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    wake() {
      const old = socket;
      wait = FIRST_WAIT;
      connect();
      old?.close();
    },
  };
}

/**
 * A refused socket looks like a broken one. Where the server refuses the page as well, somebody's
 * session or device has ended: loaded anew, the page says so and what to do.
 */
async function leaveIfRefused() {
  const answer = await fetch(location.href, {
    method: "HEAD", headers: { Accept: "text/html" }, redirect: "manual",
  }).catch(() => null);
  const refused = answer && (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status));
  if (refused) location.reload();
}

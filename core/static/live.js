// @ts-check
// One live socket: reconnects by itself with jitter, notices when the line is dead, never gives up.

const FIRST_WAIT = 400;
const LONGEST_WAIT = 8000;
// The server sends something at least every 15 s; three silent spans mean a dead line.
const SILENCE = 45000;

/**
 * @typedef {object} LiveOptions
 * @property {(message: any) => void} onMessage every message but the heartbeat, in order
 * @property {(connected: boolean) => void} onState called when the connection comes or goes
 * @property {(code: number) => void} [onRefused] called when the server says that we may not
 */

/**
 * Keeps a socket to a path of this server open.
 * @param {string} path absolute path of the socket
 * @param {LiveOptions} options
 * @returns {{ send: (message: object) => void }}
 */
export function follow(path, { onMessage, onState, onRefused }) {
  /** @type {WebSocket | undefined} */
  let socket;
  let wait = FIRST_WAIT;
  let silence = 0;

  const listen = () => {
    clearTimeout(silence);
    silence = window.setTimeout(() => socket?.close(), SILENCE);
  };

  const connect = () => {
    const url = new URL(path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const mine = new WebSocket(url);
    socket = mine;
    listen();
    mine.addEventListener("message", (event) => {
      listen();
      const message = JSON.parse(event.data);
      if (message.type === "ping") return;
      wait = FIRST_WAIT;
      onMessage(message);
    });
    mine.addEventListener("open", () => onState(true));
    mine.addEventListener("close", (event) => {
      if (mine !== socket) return;
      clearTimeout(silence);
      onState(false);
      if (event.code === 4401 || event.code === 4403) onRefused?.(event.code);
      // Jitter: after a restart a thousand screens do not come back in the same instant.
      window.setTimeout(connect, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  };

  window.addEventListener("online", () => {
    wait = FIRST_WAIT;
    if (socket?.readyState === WebSocket.CLOSED) connect();
  });
  connect();
  return {
    send(message) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
  };
}

// @ts-check
// A screen or kiosk that is not set up, or was put out of use: after a while it shows a code to
// connect it anew. Nobody stands beside it to press the button. A token in its address comes first.

import "./device-session.js";

const WAIT_MS = 15000;

const way = document.querySelector("[data-pair]");
if (way instanceof HTMLAnchorElement) setTimeout(() => location.replace(way.href), WAIT_MS);

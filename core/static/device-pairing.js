// @ts-check
// A screen or kiosk that is not set up, or was put out of use: after a while it shows a code to
// connect it anew. Nobody stands beside it to press the button. A token in its address comes first.

import "./device-session.js";
import { forget } from "./storage.js";

const WAIT_MS = 15000;

// What it showed is of no use to whoever uses the device next.
const slug = location.pathname.split("/")[2];
for (const kept of ["announced", "state"]) forget(`aufruf.${kept}.${slug}`);

const way = document.querySelector("[data-pair]");
if (way instanceof HTMLAnchorElement) setTimeout(() => location.replace(way.href), WAIT_MS);

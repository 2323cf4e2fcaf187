// @ts-check
// Several windows of the same screen in one browser: one of them sounds, the others only show.

import { screen } from "./settings.js";

// Without a secure connection there are no locks: then each window is the only one it knows of.
let mine = navigator.locks === undefined;

// Held for as long as the window is there; then the next one has it.
navigator.locks?.request(`aufruf.sound.${screen.slug}`, () => {
  mine = true;
  return new Promise(() => {});
}).catch(() => { mine = true; }); // forbidden, as storage may be

/** @returns {boolean} whether this window is the one that sounds */
export const soundsHere = () => mine;

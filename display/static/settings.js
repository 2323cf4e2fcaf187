// @ts-check
// The settings of this screen, as the page carries them; read once, never changed.

/**
 * @typedef {object} Settings
 * @property {string} slug
 * @property {string} name
 * @property {boolean} own whether this is the screen itself, and not somebody who looks at its page
 * @property {string} version of all files of the page
 * @property {string} digest another one in a snapshot means that the page has to load anew
 * @property {"calls" | "waiting" | "slides" | "rooms"} layout
 * @property {string[]} offices slugs of those this screen shows, in the order of the house
 * @property {Record<string, string>} names of these offices
 * @property {string[] | null} counters slugs of those it shows; null means all
 * @property {number} part of `parts` screens that share the calls, counted from 1
 * @property {number} parts
 * @property {{ landscape: number, upright: number }} rows how many past calls fit
 * @property {{ landscape: boolean, upright: boolean }} crowded whether counters have no row, by room
 * @property {boolean} figures whether there is room for count and range of each office
 * @property {boolean} next_numbers
 * @property {number} volume 0 to 100
 * @property {"auto" | "system" | "clips" | "chime"} voice
 * @property {number | null} quiet_from minutes after local midnight
 * @property {number | null} quiet_to
 * @property {Record<string, { times: number, language: string | null }>} announce by office
 * @property {Record<string, string>} words texts that scripts fill in, in the screen's language
 */

/** @returns {Settings} */
function read() {
  const written = document.querySelector("script[data-screen]");
  if (!written?.textContent) throw new Error("the page lacks its settings: script[data-screen]");
  return JSON.parse(written.textContent);
}

/** @type {Readonly<Settings>} */
export const screen = Object.freeze(read());

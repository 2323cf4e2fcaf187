// @ts-check
// What a page keeps on its device. Where the storage is full or forbidden, or holds what nobody can
// read, nothing is kept, and all else goes on.

/** @typedef {"localStorage" | "sessionStorage"} Place */

/**
 * @param {string} key
 * @param {Place} [place]
 * @returns {any} the value; null when there is none that can be read
 */
export function recall(key, place = "localStorage") {
  try {
    return JSON.parse(globalThis[place].getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {unknown} value
 * @param {Place} [place]
 * @returns {boolean} whether it is kept now
 */
export function keep(key, value, place = "localStorage") {
  try {
    globalThis[place].setItem(key, JSON.stringify(value));
    return true;
  } catch (problem) {
    console.info("nothing can be kept here", problem);
    return false;
  }
}

/** @param {string} key */
export function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Where nothing can be reached, nothing was kept.
  }
}

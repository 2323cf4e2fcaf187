// @ts-check
// Makes the sheet of one slide, the same on a screen and in the office's preview, as large as fits.
// Every text goes in as text.

/**
 * @typedef {object} Day
 * @property {string} day
 * @property {{ hours: string, note: string }[]} hours
 * @property {string | null} closed the word for it
 * @property {string} why
 */
/**
 * @typedef {object} Slide
 * @property {number} id
 * @property {"picture" | "text" | "opening"} kind
 * @property {number} seconds
 * @property {string | null} office its name, where the screen shows several
 * @property {string} title of a picture: what is to be seen
 * @property {string} body
 * @property {{ src: string, width: number, height: number } | null} picture
 * @property {Day[]} days
 * @property {Day[]} closures
 * @property {string} coming heading of the closures
 */

// Sizes there are, the largest first (slides.css): it takes the first in which all of it fits.
const SIZES = 15;
const WHOLE_WORDS = 7;

/** @param {Slide} slide @returns {HTMLElement} */
export function sheetOf(slide) {
  const sheet = element("article", `sheet is-${slide.kind}`);
  if (slide.kind === "picture") {
    if (slide.picture) sheet.append(pictureOf(slide.picture, slide.title));
    return sheet;
  }
  if (slide.office) sheet.append(element("p", "sheet-office", slide.office));
  if (slide.title) sheet.append(element("h2", "sheet-title", slide.title));
  if (slide.kind === "opening") {
    sheet.append(daysOf(slide.days));
    if (slide.closures.length) sheet.append(comingOf(slide));
  } else sheet.append(...paragraphs(slide.body));
  return sheet;
}

/**
 * Draws the text as large as there is room for in its box. A word that would make all of it small is
 * parted instead: at its soft hyphens (`slides/parting.py`) or as the browser knows the language, and a
 * run of letters that has neither wherever the line ends.
 * @param {HTMLElement} sheet in the page
 */
export function fit(sheet) {
  sheet.classList.remove("is-hyphened", "is-parted");
  if (fits(sheet, WHOLE_WORDS)) return;
  sheet.classList.add("is-hyphened");
  if (fits(sheet, SIZES)) return;
  sheet.classList.add("is-parted");
  fits(sheet, SIZES);
}

/** @param {HTMLElement} sheet @param {number} smallest @returns {boolean} whether a size up to there fits */
function fits(sheet, smallest) {
  const box = sheet.parentElement;
  for (let size = 1; box && size <= smallest; size += 1) {
    sheet.dataset.size = String(size);
    if (sheet.scrollHeight <= box.clientHeight + 1 && sheet.scrollWidth <= box.clientWidth + 1) return true;
  }
  return false;
}

/** @param {string} text paragraphs with an empty line between them @returns {HTMLElement[]} */
export function paragraphs(text) {
  return text.split(/\n\s*\n/).filter(Boolean).map((one) => element("p", "", one));
}

/** @param {{ src: string, width: number, height: number }} picture @param {string} seen */
function pictureOf({ src, width, height }, seen) {
  const image = new Image(width, height);
  image.decoding = "async";
  image.alt = seen;
  image.src = src;
  return image;
}

/** @param {Day[]} days */
function daysOf(days) {
  const list = element("dl", "sheet-days");
  list.append(...days.map((day) => {
    const row = element("div", day.closed ? "is-closed" : "");
    row.append(element("dt", "", day.day), ...(day.closed ? [closedOf(day)] : day.hours.map(hoursOf)));
    return row;
  }));
  return list;
}

/** Closures to come; their heading says what they are. @param {Slide} slide */
function comingOf({ coming, closures }) {
  const part = element("section", "sheet-coming");
  const list = element("dl", "sheet-days");
  list.append(...closures.map(({ day, why }) => {
    const row = element("div", "");
    row.append(element("dt", "", day), element("dd", "", why));
    return row;
  }));
  part.append(element("h3", "", coming), list);
  return part;
}

/** @param {Day} day */
function closedOf(day) {
  const said = element("dd", "", day.why || day.closed || "");
  if (day.why && day.closed) said.prepend(element("b", "", day.closed), " ");
  return said;
}

/** @param {{ hours: string, note: string }} stretch */
function hoursOf({ hours, note }) {
  const said = element("dd", note ? "is-noted" : "");
  said.append(element("b", "", hours));
  if (note) said.append(element("small", "", note));
  return said;
}

/** @param {string} kind @param {string} name class @param {string} [text] @returns {HTMLElement} */
export function element(kind, name, text) {
  const made = document.createElement(kind);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

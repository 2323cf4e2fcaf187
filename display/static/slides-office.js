// @ts-check
// The office's pages of slides: each as screens show it, small; and the one being typed, at once.

import { fit, sheetOf } from "./slide-sheet.js";

/** @typedef {import("./slide-sheet.js").Slide} Slide */

const form = document.querySelector("[data-slide-form]");
const stages = [...document.querySelectorAll("[data-stage]")];
for (const stage of stages) draw(stage);
// The first sizes were taken before the letters were there.
document.fonts.ready.then(() => stages.forEach(refit));
const watch = new ResizeObserver((entries) => entries.forEach((one) => refit(one.target)));
for (const stage of stages) watch.observe(stage);
if (form instanceof HTMLFormElement) follow(form, stages[0]);

/** @param {Element} stage @returns {Slide} */
function slideOf(stage) {
  return JSON.parse(/** @type {HTMLElement} */ (stage).dataset.stage ?? "");
}

/** @param {Element} stage @param {Partial<Slide>} [typed] */
function draw(stage, typed) {
  const sheet = sheetOf({ ...slideOf(stage), ...typed });
  stage.replaceChildren(sheet);
  for (const image of sheet.querySelectorAll("img")) image.loading = "lazy";
  fit(sheet);
}

/** @param {Element} stage */
function refit(stage) {
  const sheet = stage.firstElementChild;
  if (sheet instanceof HTMLElement) fit(sheet);
}

/** The preview follows what is typed. @param {HTMLFormElement} typed @param {Element} stage */
function follow(typed, stage) {
  const before = slideOf(stage);
  const file = typed.querySelector("input[type=file]");
  typed.addEventListener("input", () => {
    if (before.kind === "picture") return;
    const fields = new FormData(typed);
    const title = String(fields.get("title") ?? "") || (before.kind === "opening" ? before.title : "");
    draw(stage, { title, body: String(fields.get("body") ?? "") });
  });
  if (file instanceof HTMLInputElement) file.addEventListener("change", () => choose(file, stage));
}

/** A picture that was chosen is seen before it is sent; one that is too large is not sent. @param {HTMLInputElement} input @param {Element} stage */
async function choose(input, stage) {
  const file = input.files?.[0];
  const large = file !== undefined && file.size > Number(input.dataset.most);
  const said = document.querySelector("[data-too-large]");
  if (said instanceof HTMLElement) said.hidden = !large;
  if (large) input.value = "";
  if (!file || large) return draw(stage);
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return draw(stage); // the server says what is wrong with it
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  const sheet = sheetOf({ ...slideOf(stage), picture: null });
  sheet.append(canvas);
  stage.replaceChildren(sheet);
}

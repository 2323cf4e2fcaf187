// @ts-check
// How somebody on the phone or in a video is reached: asked for only while called or served here.

import { contactOf } from "./counter-actions.js";
import { make, part, say } from "./counter-page.js";

/** @typedef {import("./counter-model.js").View} View */

let shownFor = "";

/** @param {View} view */
export async function drawContact({ current }) {
  const person = current && (current.channel === "phone" || current.channel === "video") ? current : null;
  const wanted = person ? `${person.id} ${person.called_at}` : "";
  if (wanted === shownFor) return;
  shownFor = wanted;
  part("contact").hidden = true;
  if (!person) return;
  const contact = await contactOf(person.id).catch(() => null);
  if (shownFor !== wanted) return; // somebody else was called meanwhile
  if (!contact) shownFor = ""; // asked again with the next news
  else show(contact);
}

/** @param {{ name?: string | null, phone?: string | null, email?: string | null, video_url?: string | null }} contact */
function show({ name, phone, email, video_url: video }) {
  const ways = [
    phone && make("a", { href: `tel:${phone.replace(/[^+\d]/g, "")}` }, phone),
    email && make("a", { href: `mailto:${email}` }, email),
    video && make("a", { href: video, target: "_blank", rel: "noreferrer" }, say("open_video")),
  ].filter((way) => way instanceof Node);
  part("contact-name").textContent = name || say("no_name");
  part("contact-ways").replaceChildren(...ways);
  part("contact").hidden = false;
}

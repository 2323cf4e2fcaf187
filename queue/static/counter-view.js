// @ts-check
// Draws bar and left half of the counter's page from a view. The boxes never move.

import { isOrphan, situation } from "./counter-model.js";
import { capital, clockOf, house, make, minutesSince, part, say, shown, spanText, topicOf, write } from "./counter-page.js";
import { serverNow } from "../core/server-time.js";

/** @typedef {import("./counter-model.js").View} View */
/** @typedef {import("./counter-model.js").Ticket} Ticket */

/** @param {import("./counter-feed.js").Range | null} wait */
function rangeText(wait) {
  if (!wait) return say("unknown");
  const { low_minutes: low, high_minutes: high } = wait;
  return high === null ? say("over", { low }) : say("minutes", { low, high });
}

/** @param {View} view */
export function drawBar(view) {
  write(part("waiting"), String(view.in_house));
  write(part("open"), String(view.counters_open));
  write(part("range"), rangeText(view.wait));
  part("closed-early").hidden = !view.closed_early;
  if (view.closed_early) write(part("closed-early-text"), say("closed_early", { time: clockOf(view.closed_early) }));
}

/** The left half. @param {View} view */
export function drawNow(view) {
  const now = situation(view);
  const person = view.current ?? (now === "next" ? view.next?.ticket ?? null : null);
  document.body.dataset.situation = now;
  part("number-box").hidden = part("topic-box").hidden = person === null;
  part("nobody").hidden = person !== null;
  const from = person?.started_at ?? person?.called_at ?? view.since;
  write(part("label"), say(`label_${now}`, { time: clockOf(from) }));
  write(part("waited"), person ? waitedText(now, person) : "");
  if (person) drawPerson(person, now);
  else drawNobody(view, now);
  drawWhy(view, now);
  const title = person ? say("title", { label: say(`short_${now}`), number: shown(person.number) }) : say(`head_${now}`);
  write(part("heading"), title);
  const middle = part("middle");
  middle.tabIndex = middle.scrollHeight > middle.clientHeight + 1 ? 0 : -1; // to be scrolled by keyboard as well
  document.title = capital(`${document.body.dataset.place} ${view.counter}: ${title}`);
}

/** @param {View} view @param {string} now */
function drawNobody(view, now) {
  const orphans = view.waiting.filter(isOrphan).length;
  const times = { time: clockOf(view.since), until: view.until ? clockOf(view.until) : "" };
  write(part("nobody-head"), say(`head_${now}`));
  const text = now === "break" && view.until ? "text_break_until" : `text_${now}`;
  write(part("nobody-text"), now === "nobody" && orphans > 0 ? say("text_orphans", { n: orphans }) : say(text, times));
}

/** @param {string} now @param {Ticket} person */
function waitedText(now, person) {
  if (now === "next") return say("waits_since", { n: minutesSince(person.since) });
  const until = Date.parse(person.called_at ?? person.since);
  return say("waited", { n: Math.max(0, Math.round((until - Date.parse(person.since)) / 60000)) });
}

/** @param {Ticket} person @returns {string} how this person came here */
function originOf(person) {
  const arrived = clockOf(person.since);
  if (person.channel !== "on_site") {
    return say(`channel_${person.channel}`, { time: person.appointment ? clockOf(person.appointment) : arrived });
  }
  if (person.appointment) return say(person.late ? "with_appointment_late" : "with_appointment", { time: clockOf(person.appointment), arrived });
  return say(person.paper ? "on_paper" : "without_appointment", { time: arrived });
}

/** @param {Ticket} person @param {string} now */
function drawPerson(person, now) {
  write(part("number"), shown(person.number));
  write(part("topic"), topicOf(person.services));
  const usual = now === "serving" && person.usual;
  write(part("detail"), usual ? say("usual", { low: usual.low_minutes, high: usual.high_minutes }) : originOf(person));
  const said = factsOf(person, now);
  const box = part("facts");
  if (box.dataset.said === JSON.stringify(said)) return;
  box.dataset.said = JSON.stringify(said);
  box.replaceChildren(...said.map((text) => make("li", {}, text)));
}

/** What one has to know: the short of it in one line, then what was said and done. @param {Ticket} person @param {string} now */
function factsOf(person, now) {
  const before = [...new Set(person.services.filter((one) => one.done).map(({ name }) => name))].join(", ");
  const short = [
    person.persons > 1 && say("persons", { n: person.persons }),
    person.language !== "de" && say("language", { language: house.languages[person.language] ?? person.language }),
    person.step_free && say("step_free"),
    person.priority && say("urgent"),
  ].filter(Boolean).join(" · ");
  return [
    person.on_the_way_at && now !== "serving" && say("on_the_way", { time: clockOf(person.on_the_way_at) }),
    short,
    person.remark && say("remark", { text: person.remark }),
    person.note && now !== "serving" && say("noted", { text: person.note }),
    before && say("done_before", { services: before }),
  ].filter((text) => typeof text === "string" && text !== "").map(String);
}

/** @param {View} view @param {string} now */
function drawWhy(view, now) {
  const [head, text] = now === "next" ? [view.next?.why ?? "", view.next?.more ?? ""] : callTexts(view);
  part("why").hidden = !head;
  part("why-next").hidden = now !== "next";
  part("why-screen").hidden = now === "next";
  write(part("why-head"), head);
  write(part("why-text"), text);
  part("remind").hidden = view.reminded === null || view.current === null;
  if (view.reminded) write(part("remind-text"), say(`remind_${view.reminded}`));
  part("unsure").hidden = view.reminded !== "serving";
}

/** What became of the call: on how many screens, how often, how soon somebody came. @param {View} view */
function callTexts({ current, seen, screens }) {
  if (!current || !seen || current.channel !== "on_site") return ["", ""];
  const { expected, shown: on, announced, spoken, silent } = seen;
  const away = screens.filter((one) => one.state === "offline").length;
  const head = on === 0 && away >= expected ? say("no_screen") : say("seen", { shown: on, screens: expected });
  const texts = [];
  if (spoken > 0) texts.push(spoken === 1 ? say("spoken_one") : say("spoken", { n: spoken }));
  else if (announced > 0) texts.push(announced === 1 ? say("rung_one") : say("rung", { n: announced }));
  else if (silent > 0 && silent === on) texts.push(say("only_shown"));
  if (current.calls > 1) texts.push(say("calls", { n: current.calls }));
  if (current.started_at && current.called_at) {
    const seconds = Math.round((Date.parse(current.started_at) - Date.parse(current.called_at)) / 1000);
    texts.push(seconds < 120 ? say("came_seconds", { n: seconds }) : say("came_minutes", { n: Math.round(seconds / 60) }));
  }
  return [head, texts.join(" ")];
}

/** The timer beside the number; counts on from the server's time, also after a reload. @param {View} view */
export function drawTimer(view) {
  const from = view.current?.started_at ?? view.current?.called_at;
  write(part("timer"), from ? spanText(Math.max(0, Math.floor((serverNow() - Date.parse(from)) / 1000))) : "");
}

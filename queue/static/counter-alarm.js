// @ts-check
// The sound of a call for help: two tones, again and again, until somebody answers or it is over.

const EVERY_MS = 1600;
const TONES = [{ frequency: 932, from: 0 }, { frequency: 622, from: 0.35 }];
const TONE_SECONDS = 0.3;

/** @type {AudioContext | null} */
let audio = null;
let timer = 0;

/** Browsers let a page sound once somebody has pressed something on it. */
function ready() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => {});
}
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, ready, { capture: true });

/** Whether nobody can hear it: the page has not been touched yet. */
export const isMute = () => timer !== 0 && audio?.state !== "running";

function ring() {
  if (audio?.state !== "running") return;
  for (const { frequency, from } of TONES) {
    const gain = new GainNode(audio, { gain: 0.5 });
    const tone = new OscillatorNode(audio, { frequency, type: "triangle" });
    tone.connect(gain).connect(audio.destination);
    tone.start(audio.currentTime + from);
    tone.stop(audio.currentTime + from + TONE_SECONDS);
  }
}

/** @param {boolean} on */
export function sound(on) {
  if (on === (timer !== 0)) return;
  window.clearInterval(timer);
  timer = 0;
  if (!on) return;
  ready();
  timer = window.setInterval(ring, EVERY_MS);
  ring();
}

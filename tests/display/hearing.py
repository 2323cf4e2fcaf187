"""What a screen sounds: recorded behind its one gain in a real browser, and told apart by ear.

Recordings of the house are pure tones, one pitch for each piece, so that what was said can be read
from what was heard.
"""

import base64
import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path

from playwright.sync_api import Page

from aufruf.display.speech.sounds import Sound, write_wav

RATE = 8820
WINDOW = 176  # 20 ms
AUDIBLE = 0.01
CHIME_WINDOWS = 40  # 0.8 s
CHIME = {784: "ding", 622: "dong"}

# The module that the page itself has loaded, wherever its scripts come from.
SOUND = """import(new URL("sound.js", document.querySelector("script[type=module]").src))"""

# Runs where sound is made, so that nothing is lost or added however busy the machine is: keeps the
# mean of every five samples, and gives them back when asked.
RECORDER = """
registerProcessor("tape", class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.kept = [];
    this.sum = this.count = 0;
    this.port.onmessage = () => this.port.postMessage(new Float32Array(this.kept));
  }
  process([[samples]]) {
    for (const sample of samples ?? new Float32Array(128)) {
      this.sum += sample;
      this.count += 1;
      if (this.count < 5) continue;
      this.kept.push(this.sum / 5);
      this.sum = this.count = 0;
    }
    return true;
  }
});
"""

# Taps the gain that all sound passes, and gives back what went through it; meanwhile data-sounds
# says whether anything sounds, data-heard since how many seconds.
TAPE = """async (recorder_script) => {
  const { master } = await SOUND;
  const context = master().context;
  const script = new Blob([recorder_script], { type: "text/javascript" });
  globalThis.tapeLoaded ??= context.audioWorklet.addModule(URL.createObjectURL(script));
  await globalThis.tapeLoaded;
  const options = { channelCount: 1, channelCountMode: "explicit" };
  const recorder = new AudioWorkletNode(context, "tape", options);
  master().connect(recorder);
  const level = new AnalyserNode(context, { fftSize: 2048 });
  master().connect(level);
  const now = new Float32Array(2048);
  let first = null;
  const listening = setInterval(() => {
    level.getFloatTimeDomainData(now);
    const loud = now.some((sample) => Math.abs(sample) > 0.01);
    document.documentElement.dataset.sounds = loud ? "yes" : "no";
    if (!loud) return;
    first ??= performance.now();
    document.documentElement.dataset.heard = Math.floor((performance.now() - first) / 1000);
  }, 20);
  globalThis.stopTape = async () => {
    clearInterval(listening);
    const heard = await new Promise((resolve) => {
      recorder.port.onmessage = (event) => resolve(event.data);
      recorder.port.postMessage("stop");
    });
    master().disconnect(recorder);
    let text = "";
    for (const byte of new Uint8Array(heard.buffer)) text += String.fromCharCode(byte);
    return [context.sampleRate, btoa(text)];
  };
}""".replace("SOUND", SOUND)


@dataclass(frozen=True)
class Heard:
    """What went through the gain, as levels of 20 ms each."""

    samples: Sequence[float]

    @classmethod
    def of(cls, sound: Sound) -> "Heard":
        """A sound file, as coarse as what is recorded."""
        step = sound.rate / RATE
        count = int(len(sound.samples) / step)
        return cls([sound.samples[int(at * step)] / 32768 for at in range(count)])

    @property
    def levels(self) -> list[float]:
        windows = (self.samples[at : at + WINDOW] for at in range(0, len(self.samples), WINDOW))
        return [math.sqrt(sum(one * one for one in part) / WINDOW) for part in windows]

    @property
    def seconds(self) -> float:
        """For how long anything was heard."""
        return sum(level > AUDIBLE for level in self.levels) * WINDOW / RATE

    def course(self) -> list[float]:
        """How loudness goes up and down from the first that is heard."""
        levels = self.levels
        return levels[next(at for at, level in enumerate(levels) if level > AUDIBLE) :]

    def after_chime(self) -> "Heard":
        """The voice alone: from its first sound on, after the silence that follows the chime."""
        levels = [level > AUDIBLE for level in self.levels]
        chime = levels.index(True)
        silence = levels.index(False, chime + CHIME_WINDOWS)
        return Heard(self.samples[levels.index(True, silence) * WINDOW :])

    def tones(self, names: Mapping[int, str]) -> list[str]:
        """The names of the pitches heard, one after the other."""
        found: list[str] = []
        last = ""
        for at, level in enumerate(self.levels):
            window = self.samples[at * WINDOW : (at + 1) * WINDOW]
            now = _pitch(window, names) if level > AUDIBLE and len(window) == WINDOW else ""
            if now is None:  # two at once: one goes over into the other
                continue
            if now and now != last:
                found.append(now)
            last = now
        return found

    def loudness(self, pitch: int) -> float:
        """Amplitude of a pitch where it is loudest."""
        windows = (self.samples[at : at + WINDOW] for at in range(0, len(self.samples), WINDOW))
        return max(_strength(part, pitch) for part in windows if len(part) == WINDOW)


def start_tape(page: Page) -> None:
    """Of a page whose context bypasses its content policy: the recorder is none of its scripts."""
    page.evaluate(TAPE, RECORDER)


def stop_tape(page: Page) -> Heard:
    rate, text = page.evaluate("stopTape()")
    assert rate == RATE * 5
    samples = array("f")
    samples.frombytes(base64.b64decode(text))
    return Heard(samples)


def _pitch(window: Sequence[float], names: Mapping[int, str]) -> str | None:
    """Which of the pitches it is; None where another is half as loud."""
    strengths = sorted(((_strength(window, pitch), pitch) for pitch in names), reverse=True)
    (best, pitch), (second, _) = strengths[:2]
    return names[pitch] if second < best / 2 else None


def _strength(window: Sequence[float], pitch: int) -> float:
    """Amplitude of one pitch (Goertzel's sum, in plain words a Fourier coefficient)."""
    cosine, sine = _waves(pitch)
    real, imaginary = sum(map(mul, window, cosine)), sum(map(mul, window, sine))
    return 2 * math.hypot(real, imaginary) / len(window)


@cache
def _waves(pitch: int) -> tuple[list[float], list[float]]:
    """Cosine and sine of a pitch over one window: most of the work, and always the same."""
    turns = [2 * math.pi * pitch / RATE * at for at in range(WINDOW)]
    return [math.cos(turn) for turn in turns], [math.sin(turn) for turn in turns]


def tone(pitch: float, seconds: float = 0.08, amplitude: float = 0.5) -> bytes:
    """A WAV file of one pitch."""
    count = int(RATE * seconds)
    turn = 2 * math.pi * pitch / RATE
    samples = array("h", (round(32767 * amplitude * math.sin(turn * at)) for at in range(count)))
    return write_wav(Sound(RATE, samples))


def record_tones(folder: Path, names: Iterable[str], lowest: int) -> dict[int, str]:
    """Recordings of these pieces, each of a pitch of its own from `lowest` up; names by pitch."""
    folder.mkdir(parents=True)
    pitches = {lowest + 100 * at: name for at, name in enumerate(names)}
    for pitch, name in pitches.items():
        (folder / f"{name}.wav").write_bytes(tone(pitch))
    return pitches

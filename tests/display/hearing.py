"""What a screen sounds: recorded behind its one gain in a real browser, and told apart by ear.

Recordings of the house are pure tones, one pitch for each piece, so that what was said can be read
from what was heard.
"""

import base64
import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from aufruf.display.speech.sounds import Sound, write_wav

RATE = 8000
WINDOW = 160  # 20 ms
AUDIBLE = 0.01
CHIME_SECONDS = 1
CHIME = {784: "ding", 622: "dong"}

# The module that the page itself has loaded, wherever its scripts come from.
SOUND = """import(new URL("sound.js", document.querySelector("script[type=module]").src))"""

# Taps the gain that all sound passes, and gives back what went through it as 8 kHz samples;
# meanwhile data-sounds says whether anything sounds, data-heard since how many seconds.
TAPE = """async () => {
  const { master } = await SOUND;
  const stream = new MediaStreamAudioDestinationNode(master().context);
  master().connect(stream);
  const recorder = new MediaRecorder(stream.stream, { audioBitsPerSecond: 128000 });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start();
  const level = new AnalyserNode(master().context, { fftSize: 2048 });
  master().connect(level);
  const now = new Float32Array(2048);
  const tape = globalThis.tape = { first: null, stop: null };
  const listening = setInterval(() => {
    level.getFloatTimeDomainData(now);
    const loud = now.some((sample) => Math.abs(sample) > 0.01);
    document.documentElement.dataset.sounds = loud ? "yes" : "no";
    if (!loud) return;
    tape.first ??= performance.now();
    document.documentElement.dataset.heard = Math.floor((performance.now() - tape.first) / 1000);
  }, 20);
  tape.stop = async () => {
    clearInterval(listening);
    await new Promise((resolve) => { recorder.onstop = resolve; recorder.stop(); });
    const bytes = await new Blob(parts).arrayBuffer();
    const heard = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(bytes);
    const samples = new Uint8Array(heard.getChannelData(0).buffer);
    let text = "";
    for (const byte of samples) text += String.fromCharCode(byte);
    return btoa(text);
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

    def trimmed(self) -> list[float]:
        """Levels from the first that is heard."""
        levels = self.levels
        return levels[next(at for at, level in enumerate(levels) if level > AUDIBLE) :]

    def after_chime(self) -> list[float]:
        """Levels from the first word on, which comes a second after the chime began."""
        levels = self.trimmed()[CHIME_SECONDS * RATE // WINDOW :]
        return levels[next(at for at, level in enumerate(levels) if level > AUDIBLE) :]

    def tones(self, names: Mapping[int, str]) -> list[str]:
        """The names of the pitches heard, one after the other."""
        found: list[str] = []
        last = ""
        for at, level in enumerate(self.levels):
            window = self.samples[at * WINDOW : (at + 1) * WINDOW]
            now = _pitch(window, names) if level > AUDIBLE and len(window) == WINDOW else ""
            if now and now != last:
                found.append(now)
            last = now
        return found

    def loudness(self, pitch: int) -> float:
        """Amplitude of a pitch where it is loudest."""
        windows = (self.samples[at : at + WINDOW] for at in range(0, len(self.samples), WINDOW))
        return max(_strength(part, pitch) for part in windows if len(part) == WINDOW)


def start_tape(page: Page) -> None:
    page.evaluate(TAPE)


def stop_tape(page: Page) -> Heard:
    samples = array("f")
    samples.frombytes(base64.b64decode(page.evaluate("tape.stop()")))
    return Heard(samples)


def _pitch(window: Sequence[float], names: Mapping[int, str]) -> str:
    """Which of the pitches it is; nothing where none stands out."""
    strengths = {pitch: _strength(window, pitch) for pitch in names}
    best = max(strengths, key=lambda pitch: strengths[pitch])
    return names[best]


def _strength(window: Sequence[float], pitch: int) -> float:
    """Amplitude of one pitch (Goertzel's sum, in plain words a Fourier coefficient)."""
    turn = 2 * math.pi * pitch / RATE
    real = sum(one * math.cos(turn * at) for at, one in enumerate(window))
    imaginary = sum(one * math.sin(turn * at) for at, one in enumerate(window))
    return 2 * math.hypot(real, imaginary) / len(window)


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

"""WAV files as bytes: reading, joining with pauses, cutting silence off the end. Pure."""

import io
import wave
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from sys import byteorder

SAMPLE_BYTES = 2
SILENCE = 300
"""Samples up to this (of 32,767) are silence: -40 dB."""

_TAIL_SECONDS = 0.1


class UnfitSoundError(ValueError):
    """Not a WAV file of one channel with 16-bit samples; says what is wrong."""


@dataclass(frozen=True)
class Sound:
    """One channel of 16-bit samples."""

    rate: int
    samples: "array[int]"

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    @property
    def peak(self) -> int:
        return max(max(self.samples, default=0), -min(self.samples, default=0))


def read_wav(content: bytes) -> Sound:
    """Raises UnfitSoundError."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            if file.getnchannels() != 1 or file.getsampwidth() != SAMPLE_BYTES:
                raise UnfitSoundError("must have one channel with samples of 16 bits")
            rate, samples = file.getframerate(), array("h", file.readframes(file.getnframes()))
    except (wave.Error, EOFError) as error:
        raise UnfitSoundError(f"is no WAV file ({error})") from error
    if byteorder == "big":
        samples.byteswap()
    return Sound(rate, samples)


def write_wav(sound: Sound) -> bytes:
    samples = sound.samples[:]
    if byteorder == "big":
        samples.byteswap()
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(sound.rate)
        file.writeframes(samples.tobytes())
    return written.getvalue()


def without_tail(sound: Sound) -> Sound:
    """Ends a breath after the last sample that can be heard: what follows waits for the end."""
    last = next((at for at in range(len(sound.samples), 0, -1) if _loud(sound.samples[at - 1])), 0)
    end = last + int(sound.rate * _TAIL_SECONDS)
    return Sound(sound.rate, sound.samples[:end])


def join(parts: Iterable[tuple[Sound, float]]) -> Sound:
    """One after the other, each followed by a pause in seconds; raises UnfitSoundError where
    sample rates differ."""
    joined: array[int] = array("h")
    rates: set[int] = set()
    for sound, pause in parts:
        rates.add(sound.rate)
        joined.extend(sound.samples)
        joined.frombytes(bytes(SAMPLE_BYTES * int(sound.rate * pause)))
    if len(rates) != 1:
        raise UnfitSoundError(f"must all have the same sample rate, not {sorted(rates)}")
    return Sound(rates.pop(), joined)


def _loud(sample: int) -> bool:
    return abs(sample) > SILENCE

"""Clips that espeak-ng makes, Debian's offline speech engine. One call of a program, nothing kept.

Run in a thread; text goes in by standard input, so that nothing of it is ever an argument.
"""

import logging
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from .sounds import SILENCE, UnfitSoundError, read_wav, without_tail, write_wav

log = logging.getLogger(__name__)

PROGRAM = "espeak-ng"
LIMIT_SECONDS = 5.0
VOICES: Mapping[str, str] = {"de": "de", "en": "en-gb", "uk": "uk", "tr": "tr", "ar": "ar"}
"""Its voice for each language."""

# Words a minute: slower than its 175, so that a number is understood in a hall, and short enough
# that a call takes four seconds. Arabic words are long: at that speed it would take seven.
_SPEED, _SPEEDS = "150", {"ar": "180"}
_OPTIONS = ("-b", "1", "--stdin")


class Engine:
    """espeak-ng where it is installed; `program` is None where it is not."""

    def __init__(self, program: str | None) -> None:
        self.program = program

    @classmethod
    def found(cls) -> "Engine":
        """The one in the path, if any."""
        return cls(shutil.which(PROGRAM))

    def make(self, language: str, text: str) -> bytes | None:
        """A WAV file of the text, without silence at its end; None, and a line in the log, where
        there is no engine or it fails or takes longer than LIMIT_SECONDS."""
        if self.program is None:
            return None
        with TemporaryDirectory(prefix="aufruf-speech-") as folder:
            file = Path(folder) / "clip.wav"
            speed = _SPEEDS.get(language, _SPEED)
            command = [
                self.program,
                "-v",
                VOICES[language],
                "-s",
                speed,
                *_OPTIONS,
                "-w",
                str(file),
            ]
            try:
                subprocess.run(  # noqa: S603
                    command,
                    input=_plain(text).encode(),
                    capture_output=True,
                    check=True,
                    timeout=LIMIT_SECONDS,
                )
                sound = without_tail(read_wav(file.read_bytes()))
            except (OSError, subprocess.SubprocessError, UnfitSoundError) as error:
                log.warning("%s said nothing in %s: %s", PROGRAM, language, error)
                return None
        return write_wav(sound) if sound.peak > SILENCE else None


def _plain(text: str) -> str:
    """Without what the engine takes for phonemes."""
    return text.replace("[[", " ").replace("]]", " ")

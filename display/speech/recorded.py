"""Clips of somebody's own voice: pieces in a folder, joined to a call. No engine, no network."""

import logging
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from .sounds import Sound, UnfitSoundError, join, read_wav, write_wav

log = logging.getLogger(__name__)

_LARGEST = 4_000_000
"""Bytes of a piece: over 40 s, far more than anybody says."""

_PAUSE = 0.12
_PAUSE_BEFORE_GOAL = 0.35


class Recordings:
    """The pieces of each language: `<folder>/<language>/<piece>.wav`, one channel, 16 bits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, data_dir: Path) -> "Recordings":
        """Those of an installation."""
        return cls(data_dir / "voice")

    def join(self, language: str, names: Sequence[str]) -> bytes | None:
        """A call as a WAV file; None unless every piece is there and fits the others. Reads files:
        for a thread."""
        files = [self._file(language, name) for name in names]
        if not all(file.is_file() for file in files):
            return None
        try:
            sounds = [_read(file) for file in files]
            return write_wav(join(zip(sounds, _pauses(len(sounds)), strict=True)))
        except (OSError, UnfitSoundError) as error:
            log.warning("recordings in %s: %s", language, error)
            return None

    def has(self, language: str, names: Iterable[str]) -> bool:
        """Whether all these pieces are there."""
        return all(self._file(language, name).is_file() for name in names)

    def state(self, language: str, name: str) -> str:
        """`there`, `missing`, or what is wrong with a piece, for whoever records."""
        try:
            _read(self._file(language, name))
        except FileNotFoundError:
            return "missing"
        except (OSError, UnfitSoundError) as error:
            return str(error)
        return "there"

    def version(self, language: str) -> str:
        """Changes when a piece comes, goes or is recorded anew."""
        files = sorted(self.folder.joinpath(language).glob("*.wav"))
        said = [(file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files]
        return sha256(repr(said).encode()).hexdigest()[:8]

    def _file(self, language: str, name: str) -> Path:
        return self.folder / language / f"{name}.wav"


def _read(file: Path) -> Sound:
    if file.stat().st_size > _LARGEST:
        raise UnfitSoundError(f"{file.name} is larger than {_LARGEST} bytes")
    try:
        return read_wav(file.read_bytes())
    except UnfitSoundError as error:
        raise UnfitSoundError(f"{file.name} {error}") from error


def _pauses(pieces: int) -> Iterable[float]:
    """The longest before where to go, none after it."""
    return (*(_PAUSE for _ in range(pieces - 2)), _PAUSE_BEFORE_GOAL, 0)

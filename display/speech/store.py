"""Clips that were made once, as files in a folder: found again by what they say. No making here."""

import os
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

MOST_FILES = 500
"""About 90 MB of clips; what has not been asked for the longest goes first."""


class ClipStore:
    """A folder of WAV files. Several processes may share it; used in threads."""

    def __init__(self, folder: Path, most: int = MOST_FILES) -> None:
        self.folder = folder
        self.most = most

    def get(self, language: str, text: str) -> bytes | None:
        """The clip, which counts as asked for now."""
        file = self._file(language, text)
        try:
            content = file.read_bytes()
            os.utime(file)
        except OSError:
            return None
        return content

    def put(self, language: str, text: str, clip: bytes) -> None:
        """Keep a clip; a full disk costs only that it will be made again."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as part:
                part.write(clip)
            Path(part.name).replace(self._file(language, text))
            self._tidy()
        except OSError:
            return

    def _tidy(self) -> None:
        files = sorted(self.folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        for old in files[: -self.most]:
            old.unlink(missing_ok=True)

    def _file(self, language: str, text: str) -> Path:
        name = sha256(f"{language}\n{text}".encode()).hexdigest()[:32]
        return self.folder / f"{name}.wav"

"""One server per SQLite file: an operating system lock on a file beside it."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class AlreadyServedError(RuntimeError):
    """Another process serves this file."""


class FileLock:
    """Held until released or until the process ends, however it ends."""

    def __init__(self, database_file: Path) -> None:
        self._path = database_file.with_name(database_file.name + ".lock")
        self._handle: IO[str] | None = None

    def take(self) -> None:
        """Take the lock or raise AlreadyServedError with a sentence for whoever started us."""
        handle = self._path.open("w", encoding="ascii")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            raise AlreadyServedError(
                f"Another server already works with {self._path.with_suffix('')}. End that one"
                " first (a demo: Ctrl+C where it runs), or give this one a folder of its own"
                " (AUFRUF_DATA_DIR=var/other). Several servers for the same data need a PostgreSQL"
                " database: AUFRUF_DATABASE_URL=postgresql://user:password@host/name."
            ) from None
        self._handle = handle

    def release(self) -> None:
        """Let another server have it."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None


@contextmanager
def alone(database_file: Path) -> Generator[None]:
    """Hold the file's lock for the block; raises AlreadyServedError."""
    lock = FileLock(database_file)
    lock.take()
    try:
        yield
    finally:
        lock.release()

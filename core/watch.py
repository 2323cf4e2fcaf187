"""SQLite: noticing that another process, such as a command of the shell, wrote to the file."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path

LOOK_SECONDS = 0.25


async def file_changes(file: Path) -> AsyncGenerator[None]:
    """Yields at the start and whenever somebody else than this connection has committed.

    Commits of our own writer thread are seen too: that costs one look at the log.
    """
    conn = sqlite3.connect(file, isolation_level=None, timeout=0)
    try:
        version = None
        while True:
            found = _data_version(conn)
            if found is None or found != version:
                version = found
                yield
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        conn.close()


def _data_version(conn: sqlite3.Connection) -> int | None:
    """Microseconds, from shared memory; None while the file is locked as a whole."""
    try:
        (version,) = conn.execute("PRAGMA data_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return int(version)

"""Servers in processes of their own, started for a measure and ended with it."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Pipe
from pathlib import Path
from time import monotonic

from tests.bench.launching import Launch, Process, Start, afresh, end, wait
from tests.bench.town import START, Town

_LAUNCH: ContextVar[Launch] = ContextVar("launch", default=afresh)


@contextmanager
def launching(how: Launch) -> Generator[None]:
    """Servers begin in this way meanwhile."""
    before = _LAUNCH.set(how)
    try:
        yield
    finally:
        _LAUNCH.reset(before)


@dataclass
class Server:
    """A server that runs, where it listens, and how long that took from nothing."""

    process: Process
    address: str
    start_seconds: float

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        wait(self.process)

    def cpu(self) -> float:
        """Seconds of processor time used so far, in all threads."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Resident bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024


class House:
    """A data folder and how to serve it, again and again with the same clock."""

    def __init__(self, folder: Path, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._settings = settings
        self.ahead_seconds = (START - datetime.now(UTC)).total_seconds()

    @property
    def file(self) -> Path:
        return self.folder / "aufruf.db"

    @contextmanager
    def serving(self) -> Generator[Server]:
        """The house's own server; its log goes to a file as a supervisor would keep it."""
        arguments = ("tests.bench.serve", str(self.ahead_seconds))
        with run_child(arguments, self.folder, b"", **self._settings) as server:
            yield server


def house_of(town: Town, folder: Path, **settings: str) -> House:
    """A copy of the town, ready to be served."""
    house = House(folder, **settings)
    shutil.copyfile(town.file, house.file)
    return house


@contextmanager
def serving_bare(folder: Path) -> Generator[Server]:
    """The bare endpoints of `bare.py`."""
    folder.mkdir(parents=True, exist_ok=True)
    with run_child(("tests.bench.bare",), folder) as server:
        yield server


@contextmanager
def serving_text(folder: Path, text: bytes) -> Generator[Server]:
    """The bare endpoint of `bare_text.py`, answering this."""
    folder.mkdir(parents=True, exist_ok=True)
    with run_child(("tests.bench.bare_text",), folder, text) as server:
        yield server


@contextmanager
def serving_broadcast(folder: Path, text: bytes) -> Generator[Server]:
    """The bare fan-out of `bare_broadcast.py`."""
    with run_child(("tests.bench.bare_broadcast",), folder, text) as server:
        yield server


@contextmanager
def run_child(
    module: tuple[str, ...], folder: Path, text: bytes = b"", **settings: str
) -> Generator[Server]:
    """`python -m module …`, which gets a descriptor to write its address to."""
    reader, writer = Pipe(duplex=False)
    log, began = folder / "server.log", monotonic()
    start = Start(module, environment(folder, **settings), log, text, writer)
    process = _LAUNCH.get()(start)
    writer.close()
    try:
        with reader, os.fdopen(os.dup(reader.fileno())) as lines:
            address = lines.readline().strip()
        if not address:
            raise RuntimeError(log.read_text(encoding="utf-8")[-2000:])
        yield Server(process, address, monotonic() - began)
    finally:
        end(process)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a server with its data in that folder; it counts none of our requests."""
    settings.setdefault("exempt_networks", "127.0.0.0/8")
    ours = {f"AUFRUF_{name.upper()}": value for name, value in settings.items()}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("AUFRUF_")}
    return {**plain, "AUFRUF_DATA_DIR": str(folder), "AUFRUF_PORT": "0", **ours}

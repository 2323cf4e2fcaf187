"""A real server in a process of its own, for tests: `aufruf serve` on a free port."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

COMMAND = Path(sys.executable).with_name("aufruf")
PATIENCE_SECONDS = 30


@dataclass
class Server:
    """A server that runs, its address, and the lines it has logged."""

    process: "subprocess.Popen[str]"
    address: str = ""
    lines: list[dict[str, object]] = field(default_factory=list[dict[str, object]])

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def read_until(self, name: str, value: object) -> dict[str, object]:
        """The next line that says so; a server that never does is ended, and the test fails."""
        assert self.process.stdout is not None
        patience = Timer(PATIENCE_SECONDS, self.process.kill)
        patience.start()
        try:
            for line in self.process.stdout:
                self.lines.append(json.loads(line))
                if self.lines[-1].get(name) == value:
                    return self.lines[-1]
        finally:
            patience.cancel()
        raise AssertionError(f"no line with {name} {value}: {self.lines}")

    def stop(self) -> int:
        """Ask it to end as a supervisor does; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        rest, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        self.lines += [json.loads(line) for line in rest.splitlines()]
        return self.process.returncode


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The environment of a server with its data in that folder."""
    ours = {f"AUFRUF_{name.upper()}": value for name, value in settings.items()}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("AUFRUF_")}
    return {**plain, "AUFRUF_DATA_DIR": str(data), "AUFRUF_PORT": "0", **ours}


def refusal(data: Path, *options: str, **settings: str) -> tuple[int, str, str]:
    """Exit status, output and errors of a server that should not start."""
    ended = subprocess.run(
        [COMMAND, "serve", *options],
        check=False,
        env=environment(data, **settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        cwd=data,
    )
    return ended.returncode, ended.stdout, ended.stderr


@contextmanager
def serving(data: Path, *options: str, **settings: str) -> Generator[Server]:
    """A server that listens; it is ended afterwards whatever happens."""
    process = subprocess.Popen(
        [COMMAND, "serve", *options],
        env=environment(data, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=data,
    )
    server = Server(process)
    try:
        server.address = str(server.read_until("event", "listening")["address"])
        yield server
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()

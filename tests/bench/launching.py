"""How a server's process begins: afresh, or for a quick look forked from one that has imported all.

Importing the house takes longer than most of what a quick run asks of a server.
"""

import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

PATIENCE_SECONDS = 30
IMPORTED = ("aufruf.app.main", "aufruf.app.serving", "websockets.asyncio.server")

Process = subprocess.Popen[bytes] | BaseProcess


@dataclass(frozen=True, slots=True)
class Start:
    """`python -m module …`, which is told the text, and last the descriptor to write to."""

    module: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    text: bytes
    writer: Connection


Launch = Callable[[Start], Process]


def afresh(start: Start) -> Process:
    """A program that shares nothing with ours."""
    with start.log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *start.module, str(start.writer.fileno())],
            env=start.environment,
            pass_fds=(start.writer.fileno(),),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    assert process.stdin is not None
    process.stdin.write(start.text)
    process.stdin.close()
    return process


def forked(start: Start) -> Process:
    """The same, from a process that is kept for this and ends with ours."""
    context = get_context("forkserver")
    context.set_forkserver_preload([*IMPORTED])
    process = context.Process(target=_become, args=(start,))
    process.start()
    return process


def _become(start: Start) -> None:
    with start.log.open("ab") as output:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(output.fileno(), stream.fileno())
    os.environ.clear()
    os.environ.update(start.environment)
    sys.stdin = TextIOWrapper(BytesIO(start.text))
    name, *arguments = start.module
    sys.argv = [name, *arguments, str(start.writer.fileno())]
    runpy.run_module(name, run_name="__main__")


def end(process: Process) -> None:
    """Ask it to stop and wait until it has."""
    process.terminate()
    wait(process)


def wait(process: Process) -> None:
    if isinstance(process, BaseProcess):
        process.join(PATIENCE_SECONDS)
    else:
        process.wait(PATIENCE_SECONDS)

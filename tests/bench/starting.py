"""From an empty folder to the first page, and where the time goes."""

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import monotonic

from tests.bench.crowd import Crowd, request
from tests.bench.figure import Findings, Row, ms
from tests.bench.launching import afresh
from tests.bench.scale import Bench
from tests.bench.servers import House, environment, launching, serving_bare

GOAL_SECONDS = 2.0
# Says when it has come so far; a server does not take itself apart at the end, so neither does it.
PHASES = """
from time import monotonic
reached = [monotonic()]
import aufruf.app.main, aufruf.app.serving
reached.append(monotonic())
from contextlib import closing
from aufruf.app.migrate import migrate
from aufruf.core.database import Database
from aufruf.core.settings import Settings
with closing(Database(Settings().database)) as database:
    migrate(database)
reached.append(monotonic())
print(*reached, flush=True)
import os
os._exit(0)
"""


def measure_start(bench: Bench) -> Findings:
    """The whole and its phases, each in fresh processes with fresh folders."""
    with launching(afresh):
        return _measure(bench)


def _measure(bench: Bench) -> Findings:
    found = Findings("From nothing to the first page")
    runs = bench.scale.runs
    listening: list[float] = []
    shown: list[float] = []
    statuses: set[int] = set()
    for run in range(runs):
        began = monotonic()
        with House(bench.folder / f"start-{run}").serving() as server:
            listening.append(server.start_seconds)
            with Crowd(server.address, 1) as crowd:
                statuses.add(crowd.ask(request("GET", "/termin")).status)
            shown.append(monotonic() - began)
    found.count("the first page", {200}, statuses)
    bare = median(_bare_seconds(bench, run) for run in range(runs))
    whole = median(shown)
    found.rows += [
        Row(
            "Empty folder to first page",
            ms(whole),
            f"{ms(bare)} bare Starlette",
            f"{whole / bare:.1f}",
            f"under {GOAL_SECONDS:g} s",
            whole < GOAL_SECONDS,
        ),
        *_phases(bench, min(listening), min(shown)),
    ]
    found.notes.append("Phases are the quickest of the runs, each less the one before.")
    return found


def _phases(bench: Bench, listening: float, whole: float) -> list[Row]:
    each = [_reached(bench.folder / f"phases-{run}") for run in range(bench.scale.runs)]
    python, imported, tables = (min(moments) for moments in zip(*each, strict=True))
    return [
        Row("of that: Python itself", ms(python)),
        Row("of that: imports", ms(imported - python)),
        Row("of that: database and tables", ms(tables - imported)),
        Row("of that: runner, hub, boards, scheduler, listening", ms(listening - tables)),
        Row("of that: the first page", ms(whole - listening)),
    ]


def _reached(folder: Path) -> list[float]:
    """Seconds until Python ran, until all was imported, and until the tables were there."""
    folder.mkdir()
    began = monotonic()
    command = [sys.executable, "-c", PHASES]
    said = subprocess.check_output(command, env=environment(folder), text=True)
    return [float(moment) - began for moment in said.split()]


def _bare_seconds(bench: Bench, run: int) -> float:
    began = monotonic()
    with serving_bare(bench.folder / f"bare-{run}") as bare, Crowd(bare.address, 1) as crowd:
        crowd.ask(request("POST", "/nothing"))
        return monotonic() - began

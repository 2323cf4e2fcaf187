"""Writes what was found: a page for people, with the machine and the method."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from time import perf_counter

from tests.bench.figure import Findings, Row, ms

INTRODUCTION = """# Measurements

Written by `make bench`. Each figure stands beside a bare baseline taken in the same run on the same
machine: trust the ratios more than the figures. The goals are those the house was built for.
"""
METHOD = """## Method

- The server is a process of its own, started by the house's own `serve` with its usual settings and
  its log in a file; SQLite is as durable as in service (WAL, `synchronous=FULL`).
- The clients are plain sockets in one thread of the bench, on the same cores as the server; they
  cost some ten microseconds a request. Connections are kept alive.
- Rates are medians of {runs} runs, taken in turn with their baselines; p50 and p95 are over all
  answers of all runs. "ms" counts from sending to having read the whole answer.
- The office has three services and eight open counters; its clock stands in a Wednesday morning.
- Processor time is what Linux charges the server's process for, all threads; unlike a rate it
  hardly depends on what else the machine does.
- What is counted (never twice, never lost) makes the bench fail when it is wrong.
"""
HEAD = """| what | measured | bare baseline, same run | ratio | goal | reached |
|---|---|---|---|---|---|"""


def write_page(path: Path, findings: Sequence[Findings], runs: int, load: float) -> None:
    """The page; `load` is what the machine was busy with before the bench began."""
    parts = [INTRODUCTION, machine(load), *(section(one) for one in findings)]
    path.write_text("\n".join([*parts, METHOD.format(runs=runs)]), encoding="utf-8")


def machine(load: float) -> str:
    """Where and when, in two sentences."""
    when = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    python = platform.python_version()
    busy = " (others used it: rates are lower than they would be alone)" if load > 1 else ""
    return (
        f"{when}, {os.cpu_count()} cores ({processor()}), {system}, Python {python}; an fdatasync"
        f" of 4 kB takes {ms(disk_seconds())}. Load before the bench began: {load:.1f}{busy}.\n"
    )


def processor() -> str:
    """The processor's name as Linux tells it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def disk_seconds() -> float:
    """What a durable commit costs at least."""
    times: list[float] = []
    with TemporaryFile() as file:
        for _ in range(50):
            file.write(bytes(4096))
            file.flush()
            began = perf_counter()
            os.fdatasync(file.fileno())
            times.append(perf_counter() - began)
    return median(times)


def section(found: Findings) -> str:
    """One measure as a table, then what has to be known about it."""
    lines = [f"## {found.title}\n", HEAD, *(table_line(row) for row in found.rows), ""]
    if found.counts:
        right = len(found.counts) - len(found.wrong)
        lines.append(
            f"Counted and right: {right} of {len(found.counts)}. {' '.join(found.notes)}\n"
        )
    else:
        lines.append(f"{' '.join(found.notes)}\n")
    return "\n".join(lines)


def table_line(row: Row) -> str:
    reached = {None: "", True: "yes", False: "**no**"}[row.reached]
    cells = (row.what, row.measured, row.baseline, row.ratio, row.goal, reached)
    return f"| {' | '.join(cells)} |"


def tell(found: Findings) -> Iterable[str]:
    """The same for the terminal."""
    yield f"\n{found.title}"
    for row in found.rows:
        goal = f"  [{row.goal}: {'yes' if row.reached else 'NO'}]" if row.goal else ""
        beside = f"  beside {row.baseline}" if row.baseline else ""
        ratio = f"  = {row.ratio}" if row.ratio else ""
        yield f"  {row.what}: {row.measured}{beside}{ratio}{goal}"
    for count in found.wrong:
        yield f"  WRONG: {count.what}: expected {count.expected!r:.300}, found {count.found!r:.300}"

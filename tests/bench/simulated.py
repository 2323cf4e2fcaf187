"""The simulated office: how far the forecast is off, and whether the order keeps its promises.

Pure and in this process. The full bench also writes docs/forecast.md with its pictures.
"""

from pathlib import Path

from tests.bench.figure import Findings, Row
from tests.bench.scale import FULL, Bench
from tests.simulation.figures import (
    ABOVE_ORACLE,
    BELOW_NAIVE,
    COVERED_HIGH,
    COVERED_LOW,
    COVERED_OVER,
    coverages,
    errors,
)
from tests.simulation.house import CASES, HEAD_STARTS, POOLED, Case
from tests.simulation.page import write_report
from tests.simulation.run import Result, run_case

PAGE = Path(__file__).resolve().parents[2] / "docs" / "forecast.md"


def measure_simulated(bench: Bench) -> Findings:
    """Days of every case; broken promises and people left over make the bench fail."""
    days = bench.scale.days
    found = Findings(f"Forecast in a simulated office, {days} days each")
    results = [run_case(case, days) for case in (*CASES, *POOLED)]
    for one in results:
        found.count(f"{one.case.name}: promises broken", 0, len(one.broken))
        found.count(f"{one.case.name}: left at the end of a day", 0, one.left)
        found.rows += [_error(one), _oracle(one), _coverage(one), _over(one)]
    if bench.scale is FULL:
        busy = (Case(4, 0.95, minutes) for minutes in HEAD_STARTS)
        starts = {one.head_start_minutes: run_case(one, days, foretelling=False) for one in busy}
        write_report(PAGE, results, starts, days)
    found.notes.append(
        "Mean error of what walk-ins are told; the baseline is tickets ahead x mean / counters with"
        " the true mean, in the second row a replay that knows the true means. P1 to P3 of the"
        " order of calling are checked at every call. More, and pictures, in"
        " [forecast.md](forecast.md)."
    )
    return found


def _error(one: Result) -> Row:
    error = errors(one)
    ratio = error["ours"] / error["naive"]
    aimed = one.case in CASES and one.case.load >= 0.8
    return Row(
        f"Error, {one.case.name}",
        f"{error['ours']:.1f} min",
        f"{error['naive']:.1f} min",
        f"{ratio:.2f}",
        f"at most {BELOW_NAIVE:.2f}" if aimed else "",
        ratio <= BELOW_NAIVE if aimed else None,
    )


def _oracle(one: Result) -> Row:
    error = errors(one)
    ratio = error["ours"] / error["oracle"]
    return Row(
        f"The same beside the oracle, {one.case.name}",
        f"{error['ours']:.1f} min",
        f"{error['oracle']:.1f} min",
        f"{ratio:.2f}",
        f"at most {ABOVE_ORACLE:.2f}",
        ratio <= ABOVE_ORACLE,
    )


def _coverage(one: Result) -> Row:
    share = coverages(one).ranged
    return Row(
        f"Range holds, {one.case.name}",
        f"{share:.1%}",
        goal=f"{COVERED_LOW:.0%} to {COVERED_HIGH:.0%}",
        reached=COVERED_LOW <= share <= COVERED_HIGH,
    )


def _over(one: Result) -> Row:
    share = coverages(one).over
    return Row(
        f"Range over 5 minutes holds, {one.case.name}",
        f"{share:.1%}",
        goal=f"at least {COVERED_OVER:.0%}",
        reached=share >= COVERED_OVER,
    )

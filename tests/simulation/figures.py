"""What many simulated days amount to: errors, coverage, calibration, waiting times. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from aufruf.queue.forecasting.ranges import NEXT_BELOW_MINUTES, bin_of
from tests.bench.figure import percentile
from tests.simulation.run import Result
from tests.simulation.score import Wait

METHODS = ("naive", "zms", "last", "ours", "oracle")
OVER_MINUTES = 5.0
FIRST_DAYS = 5
COVERED_LOW, COVERED_HIGH, COVERED_OVER = 0.80, 0.88, 0.76
BELOW_NAIVE, ABOVE_ORACLE = 0.60, 1.10


def errors(result: Result) -> dict[str, float]:
    """The mean absolute error in minutes by method, for walk-ins when they draw."""
    walk_ins = [wait for wait in result.waits if wait.told.walk_in]
    return {
        method: fmean(abs(wait.told.forecasts[method] - wait.actual) for wait in walk_ins)
        for method in (*METHODS, "untaught")
    }


def coverage(waits: Iterable[Wait]) -> float:
    """The share of waits that ended within the range shown."""
    return fmean(wait.is_held for wait in waits)


@dataclass(frozen=True)
class Coverage:
    """Shares: of all that were told something, by what they were told, and on the first days.

    `ranged` were told a range and not just that they are next; `longer` waited longer than said.
    """

    everybody: float
    ranged: float
    over: float
    first_days: float
    longer: float


def coverages(result: Result) -> Coverage:
    waits = result.waits
    ranged = [wait for wait in waits if wait.replayed >= NEXT_BELOW_MINUTES]
    return Coverage(
        everybody=coverage(waits),
        ranged=coverage(ranged),
        over=coverage(wait for wait in waits if wait.replayed > OVER_MINUTES),
        first_days=coverage(wait for wait in ranged if wait.day < FIRST_DAYS),
        longer=fmean(wait.is_longer for wait in waits),
    )


@dataclass(frozen=True)
class Calibrated:
    """Forecasts of one bin: their mean, and the 10 %, 50 % and 90 % of what came, in minutes."""

    forecast: float
    shown_low: float
    shown_high: float
    low: float
    mid: float
    high: float
    number: int


def calibration(waits: Iterable[Wait]) -> list[Calibrated]:
    """By bin of the replay; those that were told "more than" have no upper end and are left out."""
    by_bin: dict[int, list[Wait]] = {}
    for wait in waits:
        if wait.told.shown.high_minutes is not None:
            by_bin.setdefault(bin_of(wait.replayed), []).append(wait)
    return [_calibrated(by_bin[nth]) for nth in sorted(by_bin)]


def _calibrated(waits: Sequence[Wait]) -> Calibrated:
    actual = [wait.actual for wait in waits]
    return Calibrated(
        forecast=fmean(wait.told.forecasts["ours"] for wait in waits),
        shown_low=fmean(wait.told.shown.low_minutes for wait in waits),
        shown_high=fmean(wait.told.shown.high_minutes or 0 for wait in waits),
        low=percentile(actual, 10),
        mid=median(actual),
        high=percentile(actual, 90),
        number=len(waits),
    )


@dataclass(frozen=True)
class Waited:
    """Waiting times of one class in minutes."""

    mean: float
    nine_of_ten: float
    longest: float

    def __str__(self) -> str:
        return f"{self.mean:.0f} / {self.nine_of_ten:.0f} / {self.longest:.0f}"


def waited(minutes: Sequence[float]) -> Waited:
    return Waited(fmean(minutes), percentile(minutes, 90), max(minutes))

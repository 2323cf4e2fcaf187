"""What an office has learned from its own days, as a frozen record; what it means is said here.

How it is learned is in `rules.py` beside this file, what is kept in `store.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..ranges import FACTORY_QUANTILES, Quantiles

# The configured duration counts as much as so many observed ones.
PRIOR_WEIGHT = 5.0
# Quantiles of a bin are believed against the pooled ones by n / (n + this).
SHRINK_WEIGHT = 40.0


@dataclass(frozen=True, slots=True)
class DurationRow:
    """The observed factor of an offer's configured `minutes`; `weight` observations behind it."""

    offer_id: int
    factor: float
    weight: float
    minutes: int
    day: date


@dataclass(frozen=True, slots=True)
class RangeRow:
    """The 10 % and 90 % quantiles of z that an office observed in one bin of its forecasts."""

    office_id: int
    bin: int
    low: float
    high: float
    observations: int


@dataclass(frozen=True, slots=True)
class Learned:
    """Factors of configured durations by offer (1.0 where missing), quantiles of z by bin."""

    factors: Mapping[int, float] = field(default_factory=dict[int, float])
    quantiles: Quantiles = FACTORY_QUANTILES


NOTHING_LEARNED = Learned()


def believed_factor(row: DurationRow, minutes: int) -> float:
    """The factor to reckon with: observed and configured durations, weighted.

    `minutes` is what is configured now: who corrects the plan is not corrected twice.
    """
    observed = row.factor * row.minutes / minutes if minutes > 0 else row.factor
    return (row.weight * observed + PRIOR_WEIGHT) / (row.weight + PRIOR_WEIGHT)


def believed_quantiles(office_id: int, rows: Iterable[RangeRow]) -> Quantiles:
    """An office's own quantiles shrunk to those of all offices, and these to the factory's."""
    by_bin: dict[int, list[RangeRow]] = {}
    for row in rows:
        by_bin.setdefault(row.bin, []).append(row)
    return tuple(
        _believed(office_id, by_bin.get(nth, ()), factory)
        for nth, factory in enumerate(FACTORY_QUANTILES)
    )


def _believed(
    office_id: int, rows: Sequence[RangeRow], factory: tuple[float, float]
) -> tuple[float, float]:
    own = next((row for row in rows if row.office_id == office_id), None)
    others = [row for row in rows if row.office_id != office_id]
    pooled = _shrunk(_pooled(others), factory)
    return pooled if own is None else _shrunk(own, pooled)


def _pooled(rows: Sequence[RangeRow]) -> RangeRow | None:
    """The mean of several offices' quantiles, each as often as it observed."""
    number = sum(row.observations for row in rows)
    if number == 0:
        return None
    low = sum(row.low * row.observations for row in rows) / number
    high = sum(row.high * row.observations for row in rows) / number
    return RangeRow(0, rows[0].bin, low, high, number)


def _shrunk(row: RangeRow | None, towards: tuple[float, float]) -> tuple[float, float]:
    if row is None:
        return towards
    trust = row.observations / (row.observations + SHRINK_WEIGHT)
    low = trust * row.low + (1.0 - trust) * towards[0]
    high = trust * row.high + (1.0 - trust) * towards[1]
    return low, high

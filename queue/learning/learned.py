"""What an office has learned from its own days, as a frozen record; what it means is said here.

How it is learned is in `rules.py` beside this file, what is kept in `store.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, cast

from ..forecasting.ranges import FACTORY_QUANTILES, Quantiles

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
    """The 10 %, 50 % and 90 % quantiles of z that an office observed in one bin of forecasts."""

    office_id: int
    bin: int
    low: float
    mid: float
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


Three = tuple[float, float, float]


def _believed(office_id: int, rows: Sequence[RangeRow], factory: Three) -> Three:
    own = [row for row in rows if row.office_id == office_id]
    others = [row for row in rows if row.office_id != office_id]
    return _shrunk(own, _shrunk(others, factory))


def _shrunk(rows: Sequence[RangeRow], towards: Three) -> Three:
    """The mean of these quantiles, each as often as it was observed, as far as it is believed."""
    number = sum(row.observations for row in rows)
    if number == 0:
        return towards
    trust = number / (number + SHRINK_WEIGHT)

    def mixed(name: Literal["low", "mid", "high"], other: float) -> float:
        mean = sum(cast("float", getattr(row, name)) * row.observations for row in rows) / number
        return trust * mean + (1.0 - trust) * other

    return mixed("low", towards[0]), mixed("mid", towards[1]), mixed("high", towards[2])

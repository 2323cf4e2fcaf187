"""From a forecast in minutes to the range people are shown. The forecast is made in `forecast.py`.

Eight of ten waits should end within the range. It widens with the forecast by quantiles of
z = (actual - forecast) / sqrt(max(forecast, 1) + 4), one set per bin of the forecast.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import ceil, floor, sqrt

# The 10 % and 90 % quantiles of z, one pair per bin.
Quantiles = tuple[tuple[float, float], ...]

BIN_EDGES = (0.5, 3.0, 7.0, 12.0, 20.0, 30.0, 45.0, 65.0)
# The 10 % and 90 % quantiles of z for each bin, for the days before an office has its own: from 420
# simulated days with 2 to 6 counters at 60-105 % load, unplanned breaks, and services that take
# 0.8 to 1.25 times what is configured. There 84 % of the ranges over 5 minutes held.
FACTORY_QUANTILES: Quantiles = (
    (0.0, 0.6),
    (-1.0, 0.9),
    (-1.6, 1.3),
    (-2.2, 1.7),
    (-2.8, 1.7),
    (-3.0, 1.8),
    (-2.7, 2.2),
    (-2.1, 2.4),
    (-2.1, 2.4),
)

NEXT_BELOW_MINUTES = 3.0
FINE_STEP_MINUTES, COARSE_STEP_MINUTES = 5, 15
COARSE_ABOVE_MINUTES = 60
MOST_AHEAD = 25
BEYOND_MINUTES = 90


@dataclass(frozen=True, slots=True)
class Range:
    """How long somebody will still wait, in minutes; `high_minutes` None: longer than low."""

    low_minutes: int
    high_minutes: int | None

    @property
    def is_next(self) -> bool:
        """Whether the time is so short that people are told they are next."""
        return self.high_minutes is not None and self.high_minutes <= FINE_STEP_MINUTES


# With many ahead some will have left by then: no honest upper end.
BEYOND = Range(BEYOND_MINUTES, None)


def shown_range(minutes: float, ahead: int, quantiles: Quantiles = FACTORY_QUANTILES) -> Range:
    """The range shown for a forecast: low to the nearest step, high up to one, a step apart."""
    if ahead > MOST_AHEAD:
        return BEYOND
    if minutes < NEXT_BELOW_MINUTES:
        return Range(0, FINE_STEP_MINUTES)
    low, high = expected_range(minutes, quantiles)
    step = COARSE_STEP_MINUTES if high > COARSE_ABOVE_MINUTES else FINE_STEP_MINUTES
    shown_low = floor(low / step + 0.5) * step
    return Range(shown_low, max(ceil(high / step) * step, shown_low + step))


def expected_range(minutes: float, quantiles: Quantiles = FACTORY_QUANTILES) -> tuple[float, float]:
    """The exact range in minutes, before rounding; never below zero."""
    low, high = quantiles[bin_of(minutes)]
    spread = sqrt(max(minutes, 1.0) + 4.0)
    return max(0.0, minutes + low * spread), max(0.0, minutes + high * spread)


def bin_of(minutes: float) -> int:
    """Which bin a forecast falls into."""
    return bisect_right(BIN_EDGES, minutes)

"""From a forecast in minutes to the range people are shown. The forecast is made in `forecast.py`.

Eight of ten waits should end within the range. It widens with the forecast by quantiles of
z = (actual - forecast) / sqrt(max(forecast, 1) + 4), one set per bin of the forecast.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import ceil, floor, sqrt

# The 10 %, 50 % and 90 % quantiles of z for each bin.
Quantiles = tuple[tuple[float, float, float], ...]

BIN_EDGES = (0.5, 3.0, 7.0, 12.0, 20.0, 30.0, 45.0, 65.0)
# For the days before an office has its own: from 480 days of the simulated office
# (tests/simulation), with seeds apart from those of the report: 2 to 6 counters at 60-105 % load,
# breaks, services that take 0.8 to 1.4 times what is configured.
FACTORY_QUANTILES: Quantiles = (
    (0.0, 0.0, 0.6),
    (-0.8, -0.1, 2.5),
    (-1.4, -0.3, 2.4),
    (-2.1, -0.6, 2.5),
    (-2.6, -0.3, 3.2),
    (-2.6, -0.1, 3.6),
    (-2.3, 0.5, 3.9),
    (-1.8, 0.9, 4.3),
    (-2.2, 1.1, 5.0),
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


# With many ahead, and so long to wait, some will have left by then: no honest upper end.
BEYOND = Range(BEYOND_MINUTES, None)


def shown_range(minutes: float, ahead: int, quantiles: Quantiles = FACTORY_QUANTILES) -> Range:
    """The range shown for a forecast: low to the nearest step, high up to one, a step apart.

    More than 25 ahead mean more than 90 minutes only where the forecast says so too: twelve
    counters are through with them in half the time (docs/decisions/0017).
    """
    if ahead > MOST_AHEAD and middle(minutes, quantiles) >= BEYOND_MINUTES:
        return BEYOND
    if minutes < NEXT_BELOW_MINUTES:
        return Range(0, FINE_STEP_MINUTES)
    low, high = expected_range(minutes, quantiles)
    step = COARSE_STEP_MINUTES if high > COARSE_ABOVE_MINUTES else FINE_STEP_MINUTES
    shown_low = floor(low / step + 0.5) * step
    return Range(shown_low, max(ceil(high / step) * step, shown_low + step))


def expected_range(minutes: float, quantiles: Quantiles = FACTORY_QUANTILES) -> tuple[float, float]:
    """The exact range in minutes, before rounding; never below zero."""
    low, _, high = quantiles[bin_of(minutes)]
    spread = spread_of(minutes)
    return max(0.0, minutes + low * spread), max(0.0, minutes + high * spread)


def middle(minutes: float, quantiles: Quantiles = FACTORY_QUANTILES) -> float:
    """What half of the waits exceed: the replay, and what it is usually off by."""
    return max(0.0, minutes + quantiles[bin_of(minutes)][1] * spread_of(minutes))


def spread_of(minutes: float) -> float:
    """The unit of z: the longer the forecast, the further it is off."""
    return sqrt(max(minutes, 1.0) + 4.0)


def bin_of(minutes: float) -> int:
    """Which bin a forecast falls into."""
    return bisect_right(BIN_EDGES, minutes)

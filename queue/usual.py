"""How long a visit usually takes, so that a clerk sees when one lasts. Pure."""

from dataclasses import dataclass
from math import exp

from .durations import SIGMA

# Half of all values of a normal distribution lie within so many standard deviations.
HALF = 0.6745


@dataclass(frozen=True, slots=True)
class UsualMinutes:
    """The middle half of all visits, in whole minutes."""

    low: int
    high: int


def usual_minutes(mean: float) -> UsualMinutes | None:
    """The middle half of log-normal durations with this mean; None for nothing to do."""
    if mean <= 0:
        return None
    median = mean * exp(-SIGMA * SIGMA / 2)
    low = max(1, round(median * exp(-HALF * SIGMA)))
    return UsualMinutes(low, max(low + 1, round(median * exp(HALF * SIGMA))))

"""How long services are expected to take in an office: configured, and corrected by its days.

Pure. What is learned comes from `learning/`, who waits how long is reckoned in `forecast.py`.
"""

from collections.abc import Iterable, Sequence
from math import erfc, exp, log, sqrt
from typing import Protocol

from ..learning.learned import NOTHING_LEARNED, Learned
from ..state import Asked
from .ranges import Range

# Durations are log-normal; sigma 0.55 is a standard deviation of 0.6 times the mean.
SIGMA = 0.55
# Half of all visits end within so many sigmas of the median.
MIDDLE_HALF = 0.6745


class Timed(Protocol):
    """An offer of the directory, as far as time goes."""

    @property
    def id(self) -> int: ...
    def duration(self, count: int) -> int: ...


class Offering(Protocol):
    """An office of the directory, as far as durations go."""

    @property
    def offers(self) -> Sequence[Timed]: ...


class Durations:
    """Expected minutes in one office; each set of services is reckoned once."""

    def __init__(self, office: Offering, learned: Learned) -> None:
        self._offers = {offer.id: offer for offer in office.offers}
        self._factors = learned.factors
        self._known: dict[tuple[Asked, ...], float] = {}

    def minutes(self, services: tuple[Asked, ...]) -> float:
        """What is still to do of these, one after the other; what is unknown takes no time."""
        known = self._known.get(services)
        if known is None:
            known = self._known[services] = sum(self.each(services), start=0.0)
        return known

    def mean(self, offer_id: int) -> float:
        """One of a service."""
        return self.minutes((Asked(offer_id, 1),))

    def each(self, services: Iterable[Asked]) -> list[float]:
        """The same service by service."""
        todo = [one for one in services if one.step_id is None and one.offer_id in self._offers]
        return [
            self._offers[one.offer_id].duration(one.count) * self._factors.get(one.offer_id, 1.0)
            for one in todo
        ]


def minutes_of(
    office: Offering, services: Iterable[Asked], learned: Learned = NOTHING_LEARNED
) -> float:
    """The expected duration of what is still to do of these services, in minutes."""
    return Durations(office, learned).minutes(tuple(services))


def remaining_minutes(mean: float, passed: float) -> float:
    """E[D - passed | D > passed] of a log-normal duration D with this mean, in minutes."""
    if passed <= 0.0 or mean <= 0.0:
        return mean
    standard = (log(passed / mean) + SIGMA * SIGMA / 2) / SIGMA
    longer = erfc(standard / sqrt(2.0))
    if longer < 1e-9:
        # Far out in the tail the hazard of a log-normal falls: about passed * sigma / standard.
        return passed * SIGMA / standard
    return max(0.5, mean * erfc((standard - SIGMA) / sqrt(2.0)) / longer - passed)


def usual_range(learned: Learned, office: Offering, services: Iterable[Asked]) -> Range | None:
    """What these services usually take: the middle half of all visits, in whole minutes.

    "Üblich sind 11 bis 17 Minuten." None when there is nothing to do or nothing is known of it.
    """
    parts = Durations(office, learned).each(services)
    mean = sum(parts)
    if mean <= 0.0:
        return None
    # Several services in a row vary less than one that takes as long; their variances add up.
    sigma = sqrt(log(1.0 + sum(part * part for part in parts) * (exp(SIGMA**2) - 1.0) / mean**2))
    median = mean * exp(-sigma * sigma / 2.0)
    low = max(1, round(median * exp(-MIDDLE_HALF * sigma)))
    return Range(low, max(low + 1, round(median * exp(MIDDLE_HALF * sigma))))

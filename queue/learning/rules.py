"""What a day teaches about durations, and many days about how far forecasts are off. Pure.

Per office and service, never per counter or clerk, and no "speed of today": neither helps enough,
and the first would be data about staff.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from ..forecasting.ranges import bin_of, spread_of
from .learned import DurationRow, RangeRow, believed_factor

# What was observed so many open days ago counts half; between 1 and 40 it hardly matters.
HALF_LIFE_DAYS = 10.0
# A stretch this far from the plan was not pressed when it happened.
SHORTEST, LONGEST = 0.05, 8.0
LONGEST_MINUTES = 240.0
# The range holds eight of ten: its ends are the outer quantiles.
LOW, MID, HIGH = 0.1, 0.5, 0.9


class Planned(Protocol):
    """An offer of the directory, as far as it can be learned."""

    @property
    def minutes(self) -> int: ...
    def duration(self, count: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of service: how long it took, what was done in it as (offer, count)."""

    minutes: float
    services: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Factors seen of one offer: their weighted sum, and the weights."""

    total: float = 0.0
    weight: float = 0.0


def learn_day(
    known: Mapping[int, DurationRow],
    stretches: Iterable[Stretch],
    offers: Mapping[int, Planned],
    day: date,
) -> dict[int, DurationRow]:
    """What is known after one more day; the older observations count a little less.

    A day with no stretch that can be learned from was no open day and fades nothing.
    """
    believed = {n: believed_factor(row, offers[n].minutes) for n, row in known.items()}
    seen: dict[int, Seen] = {}
    for one in stretches:
        _observe(seen, one, offers, believed)
    fading = 0.5 ** (1.0 / HALF_LIFE_DAYS) if seen else 1.0
    return {
        offer_id: _after(known.get(offer_id), seen.get(offer_id), offer_id, offers, fading, day)
        for offer_id in known.keys() | seen.keys()
    }


def _observe(
    seen: dict[int, Seen],
    one: Stretch,
    offers: Mapping[int, Planned],
    believed: Mapping[int, float],
) -> None:
    """Share the time among the services as they are expected to take; the larger tells more."""
    if not all(offer_id in offers for offer_id, _ in one.services):
        return
    planned = {n: float(offers[n].duration(count)) for n, count in one.services}
    if not _is_plausible(one.minutes, sum(planned.values())):
        return
    expected = {n: minutes * believed.get(n, 1.0) for n, minutes in planned.items()}
    whole = sum(expected.values())
    for offer_id, minutes in expected.items():
        share = minutes / whole
        factor = believed.get(offer_id, 1.0) * one.minutes / whole
        before = seen.get(offer_id, Seen())
        seen[offer_id] = Seen(before.total + share * factor, before.weight + share)


def _is_plausible(minutes: float, planned: float) -> bool:
    return (
        planned > 0.0
        and SHORTEST * planned <= minutes <= LONGEST * planned
        and minutes <= LONGEST_MINUTES
    )


def _after(
    row: DurationRow | None,
    seen: Seen | None,
    offer_id: int,
    offers: Mapping[int, Planned],
    fading: float,
    day: date,
) -> DurationRow:
    """One offer's row after the day, as a factor of what is configured now."""
    planned = offers[offer_id].minutes
    if row is None:
        row = DurationRow(offer_id, 1.0, 0.0, planned, day)
    old, older = row.weight * fading, row.factor * row.minutes / planned
    new = Seen() if seen is None else seen
    weight = old + new.weight
    factor = (old * older + new.total) / weight if weight > 0.0 else 1.0
    return replace(row, factor=factor, weight=weight, minutes=planned, day=day)


@dataclass(frozen=True, slots=True)
class Scored:
    """A forecast in minutes, and after how many minutes the call came."""

    minutes: float
    called_after: float


def z_of(one: Scored) -> float:
    """How far the forecast was off, in a measure that hardly grows with the wait."""
    return (one.called_after - one.minutes) / spread_of(one.minutes)


def learn_ranges(office_id: int, scored: Iterable[Scored]) -> list[RangeRow]:
    """The office's own quantiles of z for each bin in which it has forecasts."""
    by_bin: dict[int, list[float]] = {}
    for one in scored:
        by_bin.setdefault(bin_of(one.minutes), []).append(z_of(one))
    return [_range_row(office_id, nth, found) for nth, found in sorted(by_bin.items())]


def _range_row(office_id: int, nth: int, found: Collection[float]) -> RangeRow:
    low, mid, high = (quantile(found, share) for share in (LOW, MID, HIGH))
    return RangeRow(office_id, nth, low, mid, high, len(found))


def quantile(values: Collection[float], share: float) -> float:
    """The value that this share lies below, between the two nearest (as R's type 7)."""
    ordered: Sequence[float] = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])

"""One day before it happens: who comes when and for what, and when counters will pause.

Everything random is drawn here, so that the same day can be lived through with other settings.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import exp
from random import Random

from aufruf.queue.state import Asked, Channel
from tests.simulation.house import (
    BREAK_MINUTES,
    CASH_DESK,
    LAST_DRAW_MINUTE,
    LUNCH_MINUTES,
    MINUTES_BETWEEN_BREAKS,
    OPEN_MINUTES,
    PRESS,
    SERVICES,
    TRUE_FACTORS,
    WAY,
    Case,
)

SIGMA = 0.55
# Walk-ins by hour from eight to four: the door, the middle of the morning, little at lunch.
HOURS = (1.5, 1.2, 1.4, 1.2, 0.8, 0.6, 0.8, 0.5)
WEEKDAYS = (1.15, 1.0, 0.9, 1.05, 0.9)
STAYS_AWAY, BY_PHONE = 0.12, 0.06
EARLY, SPREAD, VERY_LATE = 8.0, 8.0, 0.04
FAMILY, STEP_FREE, ASKS_FOR_LATER = 0.15, 0.03, 0.02
SENT_ON, PARKED = 0.06, 0.05
PATIENCE, SILENT = 600.0, 0.5
LAST_START_MINUTE = 450
RATIOS = {one.work.id: one for one in SERVICES}


@dataclass(frozen=True)
class Visit:
    """Somebody's day at the office, as it would go. All times in minutes after opening.

    `start` is None for walk-ins. `slow` scales the time at the counter, for each of two stretches.
    Who is `silent` leaves without a word and is called for nothing.
    """

    id: int
    arrives: float
    services: tuple[Asked, ...]
    start: float | None
    comes: bool
    channel: Channel
    step_free: bool
    slow: tuple[float, float]
    way: float
    leaves_after: float
    silent: bool
    later: float | None
    parked: float | None
    sent_on: bool


@dataclass(frozen=True)
class Pause:
    """A counter pauses; `planned` is the end it says, None for an unplanned one."""

    counter: int
    at: float
    lasts: float
    planned: float | None


@dataclass(frozen=True)
class Plan:
    """All that would happen on a day."""

    visits: tuple[Visit, ...]
    pauses: tuple[Pause, ...]


def plan_day(case: Case, day: int) -> Plan:
    """The day with this number; the same each time, whatever the head start."""
    # A seed of text: the same in every process.
    random = Random(f"{case.counters} {case.load} {case.appointments} {day}")
    per_day = visits_per_day(case)
    booked = round(per_day * case.appointments)
    walk_ins = per_day * (1 - case.appointments) * WEEKDAYS[day % 5]
    visits = [_appointment(random, nth) for nth in range(1, booked + 1)]
    last = booked + _poisson(random, walk_ins)
    visits += [_walk_in(random, nth) for nth in range(booked + 1, last + 1)]
    return Plan(tuple(visits), tuple(_pauses(random, case)))


def visits_per_day(case: Case) -> float:
    """So many that counters are busy with them for the case's share of the time they are there."""
    away = LUNCH_MINUTES + 2 + OPEN_MINUTES / MINUTES_BETWEEN_BREAKS * BREAK_MINUTES
    there = case.counters * (OPEN_MINUTES - away)
    return case.load * there / busy_minutes(case)


def busy_minutes(case: Case) -> float:
    """What a visit takes of a counter on average: the way, the press, those who stay away."""
    shows = 1 - case.appointments * STAYS_AWAY
    sent = SENT_ON * (true_minutes((Asked(CASH_DESK, 1),)) + WAY)
    return (true_mean() + sent + PARKED * 3 + WAY + PRESS) * shows


def true_mean() -> float:
    """The true mean time at the counter of a visit, families included."""
    return _mean(true_minutes)


def _mean(minutes: Callable[[tuple[Asked, ...]], float]) -> float:
    total = 0.0
    for one in SERVICES:
        alone, family = (minutes((Asked(one.work.id, n),)) for n in (1, 3))
        families = FAMILY if one.work.further_minutes > 0 else 0.0
        total += one.share * (alone + families * (family - alone))
    return total


def true_minutes(services: Iterable[Asked]) -> float:
    """The true mean time at the counter for what is still to do of these."""
    return sum(
        RATIOS[one.offer_id].work.duration(one.count) * TRUE_FACTORS[one.offer_id]
        for one in services
        if one.step_id is None
    )


def _walk_in(random: Random, nth: int) -> Visit:
    arrives = LAST_DRAW_MINUTE + 1.0
    while arrives > LAST_DRAW_MINUTE:
        hour = random.choices(range(len(HOURS)), HOURS)[0]
        arrives = (hour + random.random()) * 60
    return _visit(random, nth, arrives, None, "on_site", comes=True)


def _appointment(random: Random, nth: int) -> Visit:
    start = 10.0 * random.randint(1, LAST_START_MINUTE // 10)
    channel: Channel = "phone" if random.random() < BY_PHONE else "on_site"
    arrives = start + random.gauss(-EARLY, SPREAD)
    if random.random() < VERY_LATE:
        arrives = start + 10 + random.expovariate(1 / 15)
    comes = random.random() >= STAYS_AWAY
    if channel == "phone":
        arrives = start
    return _visit(random, nth, max(0.0, arrives), start, channel, comes=comes)


def _visit(
    random: Random, nth: int, arrives: float, start: float | None, channel: Channel, *, comes: bool
) -> Visit:
    patience = PATIENCE if start is None else 2 * PATIENCE
    return Visit(
        id=nth,
        arrives=arrives,
        services=_services(random),
        start=start,
        comes=comes,
        channel=channel,
        step_free=random.random() < STEP_FREE,
        slow=(_log_normal(random), _log_normal(random)),
        way=WAY * _log_normal(random),
        leaves_after=random.expovariate(1 / patience),
        silent=random.random() < SILENT,
        later=random.choice((10.0, 15.0, 30.0)) if random.random() < ASKS_FOR_LATER else None,
        parked=random.expovariate(1 / 10) if random.random() < PARKED else None,
        sent_on=random.random() < SENT_ON,
    )


def _services(random: Random) -> tuple[Asked, ...]:
    offer = random.choices(SERVICES, [one.share for one in SERVICES])[0].work
    family = random.random() < FAMILY and offer.further_minutes > 0
    return (Asked(offer.id, random.choice((2, 3, 4)) if family else 1),)


def _pauses(random: Random, case: Case) -> list[Pause]:
    found: list[Pause] = []
    for counter in range(1, case.counters + 1):
        lunch = 200.0 + 35.0 * ((counter - 1) % 4)
        late = random.expovariate(1 / 2)
        found.append(Pause(counter, lunch, LUNCH_MINUTES + late, LUNCH_MINUTES))
        at = random.expovariate(1 / MINUTES_BETWEEN_BREAKS)
        while at < OPEN_MINUTES:
            found.append(Pause(counter, at, BREAK_MINUTES * _log_normal(random), None))
            at += random.expovariate(1 / MINUTES_BETWEEN_BREAKS)
    return found


def _log_normal(random: Random) -> float:
    """Of mean 1."""
    return exp(random.gauss(-SIGMA * SIGMA / 2, SIGMA))


def _poisson(random: Random, mean: float) -> int:
    """How many come when each comes by itself."""
    number, passed = 0, random.expovariate(1.0)
    while passed < mean:
        number += 1
        passed += random.expovariate(1.0)
    return number

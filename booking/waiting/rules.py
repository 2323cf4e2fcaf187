"""Pure decisions about the waiting list: who fits a time, who is next, how long an offer lasts.

What is free, and holding it, stands in `waiting/offers.py`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...core.formats import day_start, local, local_day

WEEK = range(7)
DAY_MINUTES = 1440
NOON = 720

# Whoever is offered a time for today has half an hour to answer, so it lies at least an hour ahead;
# no offer runs into the last half hour before its time.
OFFER = timedelta(hours=24)
OFFER_TODAY = timedelta(minutes=30)
LEAST_LEAD = timedelta(minutes=60)
LEAST_NOTICE = timedelta(minutes=30)

# Without an appointment the link of a mail makes somebody wait; after this it is forgotten.
ASKED = timedelta(hours=24)
MAX_ENTRIES = 3  # that wait without an appointment, of one address in one office
MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class Window:
    """The times somebody could come: days, weekdays (0 is Monday), local minutes after midnight.

    A visit may start from `from_minute` on and before `to_minute`.
    """

    first_day: date
    last_day: date
    weekdays: frozenset[int] = frozenset(WEEK)
    from_minute: int = 0
    to_minute: int = DAY_MINUTES
    lead_minutes: int = 0

    def admits(self, start: datetime, now: datetime) -> bool:
        """Whether a visit at this start suits, and is far enough ahead to be offered now."""
        at = local(start)
        return (
            self.first_day <= at.date() <= self.last_day
            and at.weekday() in self.weekdays
            and self.from_minute <= at.hour * 60 + at.minute < self.to_minute
            and start - now >= max(LEAST_LEAD, timedelta(minutes=self.lead_minutes))
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who waits. `present` is the start they have, `offered` every start offered so far.

    `is_asked` says that an offer of theirs is open: nobody has two at once.
    """

    entry_id: int
    since: datetime
    window: Window
    present: datetime | None = None
    offered: frozenset[datetime] = frozenset()
    is_asked: bool = False

    def welcomes(self, start: datetime, now: datetime) -> bool:
        """Whether this time may be offered: it suits, is earlier, and was never offered before."""
        return (
            not self.is_asked
            and start not in self.offered
            and (self.present is None or start < self.present)
            and self.window.admits(start, now)
        )


def in_fair_order(wishes: Iterable[Wish]) -> list[Wish]:
    """Who waited longest comes first."""
    return sorted(wishes, key=lambda wish: (wish.since, wish.entry_id))


def choose_start(wish: Wish, free: Iterable[datetime], now: datetime) -> datetime | None:
    """The earliest of the free starts that this wish welcomes."""
    return min((start for start in free if wish.welcomes(start, now)), default=None)


def hand_out(
    wishes: Iterable[Wish], free_for: Callable[[Wish], Collection[datetime]], now: datetime
) -> Iterator[tuple[Wish, datetime]]:
    """To each in fair order the earliest time that suits, of what is still free when it is asked.

    The caller holds each time before it goes on. Nobody who fits is passed over: what was free and
    suited went to somebody who waited longer.
    """
    for wish in in_fair_order(wishes):
        start = choose_start(wish, free_for(wish), now)
        if start is not None:
            yield wish, start


def offer_until(start: datetime, now: datetime) -> datetime:
    """The end of an offer made now: 24 hours, 30 minutes for today; before the time comes."""
    lasts = OFFER_TODAY if local_day(start) == local_day(now) else OFFER
    return min(now + lasts, start - LEAST_NOTICE)


def usual_window(present: datetime | None, now: datetime, last_day: date) -> tuple[date, date]:
    """What is proposed: from tomorrow to the day before the appointment, at least one day."""
    tomorrow = local_day(now) + timedelta(days=1)
    last = last_day if present is None else local_day(present) - timedelta(days=1)
    return min(tomorrow, max(last, local_day(now))), max(last, local_day(now))


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def is_over(window_end: date, now: datetime) -> bool:
    """Whether all days of a window have passed."""
    return day_start(window_end + timedelta(days=1)) <= now

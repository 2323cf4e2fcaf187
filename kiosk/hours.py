"""What the kiosk says about the time: the greeting, and when numbers are given out. Pure.

What else keeps people from drawing one is found in `locked.py`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from ..core.formats import local, local_day
from ..office.directory import OfficeInfo
from ..office.rules import APPOINTMENT, closed_reason_at, day_spans, is_open_at, walk_in_until
from ..queue.drawing.locks import Lock

# Offices close for a few weeks at most; beyond that "when again" is a matter for people.
LOOK_AHEAD_DAYS = 60

State = Literal[
    "open",
    "full_today",
    "tickets_used_up",
    "past_cutoff",
    "closed_early",
    "appointments_only",
    "closed",
]
# Of several offices the one that is nearest to giving out numbers speaks for all.
_NEAREST = get_args(State)


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Whether numbers are given out now; `again` is when next, `why` the reason of a closed day."""

    state: State
    again: datetime | None = None
    why: str | None = None

    @property
    def is_open(self) -> bool:
        return self.state == "open"


def walk_in_of(
    office: OfficeInfo,
    now: datetime,
    language: str,
    offers: Collection[int] = (),
    lock: Lock | None = None,
) -> WalkIn:
    """The state of one office, for anything or for these offers together; `lock` is what keeps
    people from drawing within the hours."""
    until = walk_in_until(office, now, offers)
    if until is not None and now < until and lock is None:
        return WalkIn("open")
    again = next_walk_in(office, now, offers)
    if until is not None:
        return WalkIn("past_cutoff" if now >= until else lock or "open", again)
    if is_open_at(office, now):
        return WalkIn("appointments_only", again)
    return WalkIn("closed", again, closed_reason_at(office, now, language))


def nearest_of(states: Sequence[WalkIn]) -> WalkIn:
    """The state of several offices: of those nearest to open, the one that opens first."""
    nearest = min((_NEAREST.index(one.state) for one in states), default=len(_NEAREST) - 1)
    same = [one for one in states if one.state == _NEAREST[nearest]]
    earliest = min((one.again for one in states if one.again is not None), default=None)
    why = next((one.why for one in same if one.why is not None), None)
    return WalkIn(_NEAREST[nearest], earliest, why)


def next_walk_in(
    office: OfficeInfo, now: datetime, offers: Collection[int] = ()
) -> datetime | None:
    """When the next walk-in hours begin, today or later; None when none are near."""
    today = local_day(now)
    for ahead in range(LOOK_AHEAD_DAYS):
        for span in day_spans(office, today + timedelta(days=ahead)):
            if span.mode != APPOINTMENT and span.start > now and span.admits(offers):
                return span.start
    return None


def is_today_over(offices: Iterable[OfficeInfo], now: datetime) -> bool:
    """Whether no office of the area opens any more today, not even for appointments."""
    today = local_day(now)
    return all(span.end <= now for office in offices for span in day_spans(office, today))


def start_state(walk_in: WalkIn, offices: Iterable[OfficeInfo], now: datetime) -> str:
    """All that decides what the start page looks like, as one word to compare."""
    return f"{walk_in.state}-{'over' if is_today_over(offices, now) else 'day'}"


def greeting_key(now: datetime) -> str:
    """`morning` until 11, `day` until 18, then `evening`, by the office's clock."""
    hour = local(now).hour
    return "morning" if hour < 11 else "day" if hour < 18 else "evening"


def again_key(again: datetime | None, today: date) -> str:
    """How to say when: `today`, `tomorrow`, `later`, or `unknown`."""
    if again is None:
        return "unknown"
    days = (local_day(again) - today).days
    return "today" if days == 0 else "tomorrow" if days == 1 else "later"

"""Whether somebody who comes now gets a number, why not, and when again: from the hours and the
picture in memory. Pure. The command decides again, with the same rules: the picture may be a
moment old.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from ...core.formats import day_start, local_day
from ...office.directory import OfficeInfo
from ...office.rules import APPOINTMENT, closed_reason_at, day_spans, is_open_at, walk_in_until
from ..forecasting.forecast import forecast_new
from ..state import Asked, OfficeState
from .locks import Lock, lock_of

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
    # What locks within the hours locks until the day is over, afternoon hours included.
    again = next_walk_in(office, now if lock is None else day_end(now), offers)
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


def day_end(now: datetime) -> datetime:
    """The last instant of the local day."""
    return day_start(local_day(now) + timedelta(days=1)) - timedelta.resolution


def again_key(again: datetime | None, today: date) -> str:
    """How to say when: `today`, `tomorrow`, `later`, or `unknown`."""
    if again is None:
        return "unknown"
    days = (local_day(again) - today).days
    return "today" if days == 0 else "tomorrow" if days == 1 else "later"


def lock_for(office: OfficeInfo, state: OfficeState, offers: Collection[int]) -> Lock | None:
    """Why nobody gets a number for these offers together; None when somebody does."""
    asked = [Asked(offer_id, 1) for offer_id in offers]
    return lock_of(office, offers, state, lambda: forecast_new(state, office, state.now, asked))


def lock_of_all(office: OfficeInfo, state: OfficeState) -> Lock | None:
    """Why nobody gets a number for anything; None as long as there are some for one service."""
    lock: Lock | None = None
    for offer in office.offers:
        drawn = offer.walk_in and not offer.online_only and not offer.staff_only
        if drawn and walk_in_until(office, state.now, [offer.id]) is not None:
            found = lock_for(office, state, [offer.id])
            if found is None:
                return None
            lock = lock or found
    return lock

"""Why a day has no time to offer, when the next times come, and when one may come without. Pure.

Every grey day of a calendar says its reason; a page without any free time says what to wait for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from babel.lists import format_list

from ...core.formats import local_day, time_text, weekday_text
from ...core.locales import locale_of
from ...core.texts import T
from ...office.infos import OfficeInfo
from ...office.rules import WALK_IN, Span, closed_reason
from ..capacity import last_day, plans
from ..cells import cells_for, run_starts
from ..day_plan import DayPlan
from ..rules import Request
from ..words import near_moment

Kind = Literal["closed", "walk_in", "later", "over", "not_online", "full", "no_hours"]

# Hours beyond the horizon open one after the other; those of a month recur within five weeks.
_BEYOND = timedelta(weeks=5)
_TWO_WEEKS = 14


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is grey: of which kind, and in the citizen's words."""

    kind: Kind
    words: str


def reason_of(t: T, office: OfficeInfo, asked: Request, day: date, now: datetime) -> Reason:
    """Why a day has no time to offer for what is asked."""
    plan = plans.plan(office, day)
    closed = None if plan.spans else closed_reason(office, day, t.language)
    if closed is not None:
        return Reason("closed", t("booking.time.closed", reason=closed))
    spans = [span for span in plan.spans if span.admits(asked.offers)]
    if not spans:
        return Reason("no_hours", t("booking.time.no_hours"))
    if all(span.mode == WALK_IN for span in spans):
        return Reason("walk_in", _walk_in_hours(t, spans))
    opens_at = _next_opening(spans, asked, now)
    if opens_at is not None:
        return Reason("later", t("booking.time.opens", when=near_moment(t, opens_at, now)))
    kind = _kind(plan, asked, now, is_today=day == local_day(now))
    return Reason(kind, t("booking.time.full" if kind == "full" else f"times.why.{kind}"))


def _kind(plan: DayPlan, asked: Request, now: datetime, *, is_today: bool) -> Kind:
    """Whether the day was full, is over, or never had a place for such a visit."""
    if not plan.bookable(asked.offers, now, public=True):
        return "over"
    long_enough = run_starts(plan.cells_for(asked.offers), cells_for(asked.minutes))
    if not plan.bookable(asked.offers, now, public=True) & long_enough:
        return "over" if is_today else "not_online"
    sizes = plan.sizes_at(now)
    if any(not any(size.public for size in sizes.get(pool, {}).values()) for pool in asked.pools):
        return "not_online"
    return "full"


def _walk_in_hours(t: T, spans: Sequence[Span]) -> str:
    first, last = spans[0].start, max(span.end for span in spans)
    # Between two times one of them is enough to say "Uhr".
    return t("booking.time.walk_in", first=time_text(first, "en"), last=time_text(last, t.language))


def _next_opening(spans: Sequence[Span], asked: Request, now: datetime) -> datetime | None:
    """When the first or next places of these hours become bookable: all, or those held back."""
    booked = [span for span in spans if span.mode != WALK_IN]
    moments = [span.opens_at for span in booked]
    moments += [
        span.released_at
        for span in booked
        if any(span.held_back.get(pool, 0) for pool in asked.pools)
    ]
    return min((moment for moment in moments if moment > now), default=None)


def next_release(office: OfficeInfo, asked: Request, now: datetime) -> datetime | None:
    """When new places for this become bookable next: a new last day, or places held back."""
    moments = (
        _next_opening(
            [span for span in plans.plan(office, day).spans if span.admits(asked.offers)],
            asked,
            now,
        )
        for day in _days(local_day(now), last_day(office, now) + _BEYOND)
    )
    return min((moment for moment in moments if moment is not None), default=None)


def walk_in_days(t: T, office: OfficeInfo, asked: Request, now: datetime) -> str | None:
    """The weekdays on which one may come for this without an appointment: `Dienstag und Freitag`.

    None when there are none; hours in which one may do both are not named.
    """
    if not all(offer.walk_in for offer, _ in asked.items):
        return None
    today = local_day(now)
    found = {
        day.weekday(): weekday_text(day, t.language)
        for day in _days(today, today + timedelta(days=_TWO_WEEKS - 1))
        for span in plans.plan(office, day).spans
        if span.mode == WALK_IN and span.admits(asked.offers)
    }
    if not found:
        return None
    return format_list([found[day] for day in sorted(found)], locale=locale_of(t.language))


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)

"""What the page of times shows: the earliest time, a strip of days, a week side by side. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..core.formats import local, local_day, time_text, weekday_text
from ..core.texts import T
from ..office.infos import OfficeInfo
from ..office.rules import WALK_IN, Span, closed_reason, day_spans, is_usual_day
from .capacity import FreeTime, last_day
from .rules import Request
from .words import column_day, near_moment, strip_day

COLUMNS = 5
STRIP = 10
SHOWN_AT_ONCE = 4
_NOON = 12


@dataclass(frozen=True, slots=True)
class DayView:
    """A day in strip and week. `why` says why nothing is to be had, where that is so."""

    day: date
    strip: tuple[str, str, str]
    weekday: str
    column: str
    times: tuple[datetime, ...]
    why: str | None
    current: bool

    @property
    def morning(self) -> tuple[datetime, ...]:
        return tuple(time for time in self.times if local(time).hour < _NOON)

    @property
    def afternoon(self) -> tuple[datetime, ...]:
        return tuple(time for time in self.times if local(time).hour >= _NOON)

    @property
    def first_times(self) -> tuple[datetime, ...]:
        return self.times[: SHOWN_AT_ONCE if len(self.times) > SHOWN_AT_ONCE + 1 else None]

    @property
    def more_times(self) -> tuple[datetime, ...]:
        return self.times[len(self.first_times) :]


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The days around the chosen one; `earlier` and `later` are where the buttons lead."""

    days: tuple[DayView, ...]
    earlier: date | None
    later: date | None

    @property
    def current(self) -> DayView | None:
        return next((day for day in self.days if day.current), None)

    @property
    def week(self) -> tuple[DayView, ...]:
        return self.days[:COLUMNS]


def listed_days(office: OfficeInfo, now: datetime) -> list[date]:
    """Days up to the horizon that have hours, or would have but for a closure or holiday."""
    return [day for day in _days(office, now) if _is_listed(office, day)]


def window(days: Sequence[date], chosen: date) -> tuple[list[date], date | None, date | None]:
    """The days to show for a chosen one, and the ends of the windows before and after."""
    at = next((number for number, day in enumerate(days) if day >= chosen), 0)
    first = at - at % COLUMNS
    earlier = days[max(0, first - COLUMNS)] if first else None
    later = days[first + COLUMNS] if first + COLUMNS < len(days) else None
    return list(days[first : first + STRIP]), earlier, later


def calendar_of(
    t: T,
    office: OfficeInfo,
    asked: Request,
    now: datetime,
    times: Mapping[date, Sequence[FreeTime]],
    chosen: date,
    ends: tuple[date | None, date | None],
) -> CalendarView:
    """The days of `times`, in their order."""
    views = [
        DayView(
            day=day,
            strip=strip_day(day, t.language),
            weekday=weekday_text(day, t.language),
            column=column_day(day, t.language),
            times=tuple(time.start for time in free),
            why=None if free else reason_of(t, office, asked, day, now),
            current=day == chosen,
        )
        for day, free in times.items()
    ]
    return CalendarView(tuple(views), *ends)


def reason_of(t: T, office: OfficeInfo, asked: Request, day: date, now: datetime) -> str:
    """Why a day has no time to offer: closed, only without appointment, not yet, or taken."""
    closed = closed_reason(office, day, t.language)
    if closed is not None:
        return t("booking.time.closed", reason=closed)
    spans = [span for span in day_spans(office, day) if span.admits(asked.offers)]
    if spans and all(span.mode == WALK_IN for span in spans):
        first, last = spans[0].start, max(span.end for span in spans)
        return t(
            "booking.time.walk_in",
            first=time_text(first, "en"),
            last=time_text(last, t.language),
        )
    opens_at = _next_opening(spans, now)
    if opens_at is not None:
        return t("booking.time.opens", when=near_moment(t, opens_at, now))
    return t("booking.time.full" if spans else "booking.time.no_hours")


def _next_opening(spans: Sequence[Span], now: datetime) -> datetime | None:
    """When the day's first or next places become bookable: all of them, or those held back."""
    appointments = [span for span in spans if span.mode != WALK_IN]
    moments = [span.opens_at for span in appointments]
    moments += [span.released_at for span in appointments if span.held_back]
    return min((moment for moment in moments if moment > now), default=None)


def _days(office: OfficeInfo, now: datetime) -> Iterator[date]:
    day, last = local_day(now), last_day(office, now)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _is_listed(office: OfficeInfo, day: date) -> bool:
    if day_spans(office, day):
        return True
    return is_usual_day(office, day) and closed_reason(office, day, "de") is not None

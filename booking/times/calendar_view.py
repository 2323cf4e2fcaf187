"""What the page of times shows of single days: the strip, the week side by side, the list. Pure.

The month stands in `times/month_view.py`, why a day is grey in `times/reasons.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...core.formats import local, local_day, weekday_text
from ...core.texts import T
from ...office.infos import OfficeInfo
from ...office.rules import closed_reason, is_usual_day
from ..capacity import last_day, plans
from ..rules import Request
from ..words import column_day, strip_day
from .day_words import full_day
from .reasons import Reason, reason_of

COLUMNS = 5
SHOWN_DAYS = 10
SHOWN_AT_ONCE = 4
_NOON = 12


@dataclass(frozen=True, slots=True)
class DayView:
    """A day with its free times. `why` says why there are none, `label` says it all in words."""

    day: date
    strip: tuple[str, str, str]
    weekday: str
    column: str
    name: str
    times: tuple[datetime, ...]
    count: str
    why: Reason | None
    current: bool

    @property
    def label(self) -> str:
        """`Donnerstag, 26. November, 7 freie Zeiten`."""
        return f"{self.name}, {self.why.words if self.why else self.count}"

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
    def reasons(self) -> dict[str, list[str]]:
        """Why the days beside the chosen one are grey, each reason with `Di. 24` of its days."""
        found: dict[str, list[str]] = {}
        for day in self.days:
            if day.why and not day.current:
                found.setdefault(day.why.words, []).append(" ".join(day.strip[:2]))
        return found

    @property
    def week(self) -> tuple[DayView, ...]:
        return self.days[:COLUMNS]


def listed_days(office: OfficeInfo, now: datetime) -> list[date]:
    """Days up to the horizon that have hours, or would have but for a closure or holiday."""
    return [day for day in _days(office, now) if _is_listed(office, day)]


def window(
    days: Sequence[date], chosen: date, step: int = COLUMNS
) -> tuple[list[date], date | None, date | None]:
    """The days to show for a chosen one, and the ends of the windows before and after."""
    at = next((number for number, day in enumerate(days) if day >= chosen), 0)
    first = at - at % step
    earlier = days[max(0, first - step)] if first else None
    later = days[first + step] if first + step < len(days) else None
    return list(days[first : first + SHOWN_DAYS]), earlier, later


def calendar_of(
    t: T,
    office: OfficeInfo,
    asked: Request,
    now: datetime,
    times: Mapping[date, Sequence[datetime]],
    chosen: date,
    ends: tuple[date | None, date | None],
) -> CalendarView:
    """The days of `times`, in their order."""
    views = [
        day_view(t, office, asked, now, day, free, current=day == chosen)
        for day, free in times.items()
    ]
    return CalendarView(tuple(views), *ends)


def day_view(
    t: T,
    office: OfficeInfo,
    asked: Request,
    now: datetime,
    day: date,
    free: Sequence[datetime],
    *,
    current: bool,
) -> DayView:
    return DayView(
        day=day,
        strip=strip_day(day, t.language),
        weekday=weekday_text(day, t.language),
        column=column_day(day, t.language),
        name=full_day(day, t.language),
        times=tuple(free),
        count=t("times.free", n=len(free)),
        why=None if free else reason_of(t, office, asked, day, now),
        current=current,
    )


def _days(office: OfficeInfo, now: datetime) -> Iterator[date]:
    day, last = local_day(now), last_day(office, now)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _is_listed(office: OfficeInfo, day: date) -> bool:
    if plans.plan(office, day).spans:
        return True
    return is_usual_day(office, day) and closed_reason(office, day, "de") is not None

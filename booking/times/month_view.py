"""What the page of times shows as a month: a table of days, each with how much is free. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...core.formats import local_day, month_text
from ...core.texts import T
from ...office.infos import OfficeInfo
from ..rules import Request
from .calendar_view import DayView
from .day_words import full_day, weekday_heads
from .reasons import Kind, reason_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of the month. `kind` is "free", why it is grey, or None for a day nobody can choose.

    `short` stands below the number, `label` is what a reader of the screen says.
    """

    day: date
    kind: Kind | str | None
    short: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month in weeks of seven (None outside it), and the chosen day with its times.

    `earlier` and `later` are the first days worth a look of the months beside it.
    """

    title: str
    heads: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[MonthDay | None, ...], ...]
    earlier: date | None
    later: date | None
    chosen: DayView


def month_days(listed: Sequence[date], chosen: date) -> list[date]:
    """Those of the listed days that lie in the month of the chosen one."""
    return [day for day in listed if _month(day) == _month(chosen)]


def month_of(
    t: T,
    office: OfficeInfo,
    asked: Request,
    now: datetime,
    listed: Sequence[date],
    free: Mapping[date, int],
    chosen: DayView,
) -> MonthView:
    """The month of the chosen day; `free` has a count for each of its listed days."""
    month = _month(chosen.day)
    days = {
        day: _month_day(t, office, asked, now, day, free.get(day), chosen) for day in _of(month)
    }
    return MonthView(
        title=month_text(chosen.day, t.language),
        heads=weekday_heads(t.language),
        weeks=tuple(_weeks(month, days, local_day(now))),
        earlier=_begin_of_month_before(listed, month),
        later=next((day for day in listed if _month(day) > month), None),
        chosen=chosen,
    )


def _month_day(
    t: T,
    office: OfficeInfo,
    asked: Request,
    now: datetime,
    day: date,
    free: int | None,
    chosen: DayView,
) -> MonthDay:
    name = full_day(day, t.language)
    if free is None:
        return MonthDay(day, None, "", name, current=False)
    current = day == chosen.day
    if free:
        label = f"{name}, {t('times.free', n=free)}"
        return MonthDay(day, "free", t("times.cell.free", n=free), label, current)
    why = reason_of(t, office, asked, day, now)
    return MonthDay(day, why.kind, t(f"times.cell.{why.kind}"), f"{name}, {why.words}", current)


def _weeks(
    month: tuple[int, int], days: Mapping[date, MonthDay], today: date
) -> Iterator[tuple[MonthDay | None, ...]]:
    """The weeks of the month, without those that are over."""
    begins = date(*month, 1)
    begins -= begins.weekday() * _DAY
    while begins <= max(days):
        week = [begins + number * _DAY for number in range(7)]
        if week[-1] >= today:
            yield tuple(days.get(day) for day in week)
        begins += 7 * _DAY


def _month(day: date) -> tuple[int, int]:
    return (day.year, day.month)


def _of(month: tuple[int, int]) -> list[date]:
    first = date(*month, 1)
    days = (first + number * _DAY for number in range(31))
    return [day for day in days if _month(day) == month]


def _begin_of_month_before(listed: Sequence[date], month: tuple[int, int]) -> date | None:
    before = [day for day in listed if _month(day) < month]
    return next((day for day in before if _month(day) == _month(before[-1])), None)

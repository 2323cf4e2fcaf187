"""On which days a closure falls, and what is closed on a day, public holidays included. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from ..infos import ClosureInfo, OfficeInfo
from .dates import easter
from .holidays import holiday_name, is_bridge_day

MinuteRange = tuple[int, int]
"""Local minutes after midnight: from, and up to but not including."""

WHOLE_DAY: MinuteRange = (0, 1440)


def closures_on(office: OfficeInfo, day: date) -> tuple[ClosureInfo, ...]:
    """The closures of an office that fall on a day, those of the whole day first."""
    state = office.municipality.state
    found = [closure for closure in office.closures if falls_on(closure, state, day)]
    return tuple(sorted(found, key=lambda closure: not closure.is_whole_day))


def closed_times(office: OfficeInfo, day: date) -> tuple[MinuteRange, ...]:
    """What closures and holidays take out of a day."""
    if holiday_name(office.municipality.state, day, "de") is not None:
        return (WHOLE_DAY,)
    return tuple((one.from_minute, one.to_minute) for one in closures_on(office, day))


def falls_on(closure: ClosureInfo, state: str, day: date) -> bool:
    """Whether a closure falls on a day; the state says which holidays make a bridge day."""
    if closure.kind == "once":
        return (closure.first_day or date.max) <= day <= (closure.last_day or date.min)
    if closure.kind == "bridge":
        return is_bridge_day(state, day)
    return any(_begins(closure, day - timedelta(days=ago)) for ago in range(closure.days))


def _begins(closure: ClosureInfo, day: date) -> bool:
    if closure.easter_offset is not None:
        return (day - easter(day.year)).days == closure.easter_offset
    return (day.month, day.day) == (closure.month, closure.month_day)


def closing_reason(office: OfficeInfo, day: date, language: str) -> str | None:
    """Why a day is closed wholly, or else partly: a closure comes before the holiday."""
    closures = closures_on(office, day)
    if closures and closures[0].is_whole_day:
        return closures[0].reason_in(language)
    holiday = holiday_name(office.municipality.state, day, language)
    return holiday or next((closure.reason_in(language) for closure in closures), None)


def without(times: MinuteRange, taken: Iterable[MinuteRange]) -> Iterator[MinuteRange]:
    """What is left of a stretch of minutes when others are taken out of it."""
    begin, end = times
    for first, last in sorted(taken):
        if begin < min(first, end):
            yield begin, min(first, end)
        begin = max(begin, last)
    if begin < end:
        yield begin, end

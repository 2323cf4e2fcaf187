"""Arithmetic of the calendar: Easter, the nth weekday of a month, every n-th week. Pure."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

LAST = -1
"""Stands for the last such weekday of a month."""


@lru_cache(maxsize=256)
def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian reckoning that J.-M. Oudin published in 1940."""
    century, golden = year // 100, year % 19
    moon = (century - century // 4 - (century - (century - 17) // 25) // 3 + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    return date(year, 3, 28) + timedelta(days=moon - weekday)


def is_nth_weekday(day: date, nth: Collection[int]) -> bool:
    """Whether a day is one of these among the same weekdays of its month; -1 is the last."""
    is_last = day.day + 7 > monthrange(day.year, day.month)[1]
    return (day.day + 6) // 7 in nth or (is_last and LAST in nth)


def is_nth_week(day: date, first: date, every: int) -> bool:
    """Whether a day lies in the ISO week of `first`, or a whole number of `every` weeks away."""
    return (monday(day) - monday(first)).days // 7 % every == 0


def monday(day: date) -> date:
    """The first day of an ISO week."""
    return day - timedelta(days=day.weekday())

"""How the calendars of the page of times name days."""

from datetime import date, timedelta
from functools import lru_cache

from babel.dates import format_date

from ...core.locales import locale_of

# How a weekday and a day of the month stand together where it is not as in German.
_FULL = {
    "de": "EEEE, d. MMMM",
    "tr": "d MMMM EEEE",
    "ar": "EEEE، d MMMM",
}
_A_MONDAY = date(2024, 1, 1)


@lru_cache(maxsize=1000)
def full_day(day: date, language: str) -> str:
    """`Donnerstag, 26. November`."""
    locale = locale_of(language)
    return format_date(day, _FULL.get(locale.language, "EEEE, d MMMM"), locale=locale)


@lru_cache(maxsize=20)
def weekday_heads(language: str) -> tuple[tuple[str, str], ...]:
    """`("Mo.", "Montag")` and so on: over the columns of a month, with what is said of them."""
    days = [_A_MONDAY + timedelta(days=number) for number in range(7)]
    locale = locale_of(language)
    # Arabic has no short weekdays; its calendars show single letters.
    head = "EEEEE" if locale.language == "ar" else "EEE"
    return tuple(
        (format_date(day, head, locale=locale), format_date(day, "EEEE", locale=locale))
        for day in days
    )

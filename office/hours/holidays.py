"""Public holidays of a German state, from the `holidays` package. Which state, its town says."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays
from holidays.constants import PUBLIC

from ...core.locales import locale_of

_MONDAY, _FRIDAY = 0, 4
_SPOKEN = {"de": "de", "en": "en_US"}


def holiday_name(state: str, day: date, language: str) -> str | None:
    """The name of the holiday on this day in a state ("HE"), or None on an ordinary day."""
    return _holidays(state, day.year, _SPOKEN.get(locale_of(language).language, "en_US")).get(day)


def is_bridge_day(state: str, day: date) -> bool:
    """Whether a working day lies alone between a public holiday and a weekend."""
    beside = {_MONDAY: 1, _FRIDAY: -1}.get(day.weekday())
    if beside is None or holiday_name(state, day, "de") is not None:
        return False
    return holiday_name(state, day + timedelta(days=beside), "de") is not None


@lru_cache(maxsize=64)
def _holidays(state: str, year: int, language: str) -> Mapping[date, str]:
    found = country_holidays(
        "DE", subdiv=state, years=year, language=language, categories=(PUBLIC,), expand=False
    )
    return dict(found.items())

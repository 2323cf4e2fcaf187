"""How booking says times and services in a language; shared by its pages and views."""

from datetime import date, datetime
from math import ceil
from typing import cast

from babel.dates import format_date

from ..core.errors import DomainError
from ..core.formats import day_and_time, day_text, local_day, minutes_text, write_day
from ..core.locales import locale_of
from ..core.texts import T
from ..office.infos import OfferInfo

_LARGE = {
    "de": "EEE, d. MMMM",
    "en": "EEE, d MMMM",
    "uk": "EEE, d MMMM",
    "tr": "d MMMM EEEE",
    "ar": "EEEE، d MMMM",
}
_SAID_IN_SECONDS = 90
_COLUMN = {"de": "d. MMM", "en": "d MMM", "uk": "d MMM", "tr": "d MMM", "ar": "d MMM"}


def large_day(day: date, language: str) -> str:
    """`Do., 26. November`: to be read from across the room, so without the year."""
    return write_day(day, _LARGE, language)


def column_day(day: date, language: str) -> str:
    """`26. Nov.`: over a column of times."""
    return write_day(day, _COLUMN, language)


def strip_day(day: date, language: str) -> tuple[str, str, str]:
    """`("Do.", "26", "Nov.")`: a day in the strip, line by line."""
    locale = locale_of(language)
    return (
        format_date(day, "EEE", locale=locale),
        str(day.day),
        format_date(day, "MMM", locale=locale),
    )


def near_day(t: T, day: date, today: date) -> str:
    """`Heute`, `Morgen`, else the date."""
    if (day - today).days in (0, 1):
        return t("booking.today" if day == today else "booking.tomorrow")
    return day_text(day, t.language)


def near_moment(t: T, moment: datetime, now: datetime) -> str:
    """`Morgen, 09:30 Uhr`."""
    day = near_day(t, local_day(moment), local_day(now))
    return day_and_time(day, moment, t.language)


def duration_words(t: T, offer: OfferInfo) -> str:
    """`15 Minuten, jede weitere Person 10 Minuten mehr`."""
    minutes = minutes_text(offer.minutes, t.language)
    if offer.max_count == 1:
        return minutes
    if offer.further_minutes == offer.minutes:
        return t("booking.service.each", minutes=minutes)
    further = minutes_text(offer.further_minutes, t.language)
    return t("booking.service.further", minutes=minutes, further=further)


def item_words(t: T, offer: OfferInfo, count: int) -> str:
    """`Personalausweis beantragen`, `Reisepass beantragen (2 Mal)`."""
    name = offer.service.name_in(t.language)
    return t("booking.service.counted", name=name, n=count) if count > 1 else name


def later_words(t: T, refusal: DomainError | None) -> str | None:
    """When it may be tried again after too many tries: in seconds up to a minute and a half."""
    if refusal is None or refusal.code != "too_many_requests":
        return None
    seconds = cast("int", refusal.details["retry_after_seconds"])
    if seconds <= _SAID_IN_SECONDS:
        return t("hold.later.seconds", n=seconds)
    return t("hold.later.minutes", n=ceil(seconds / 60))

"""How dates, times, durations and numbers are written, and the way between UTC and local time.

Inside everything is aware UTC; only here and at the edge is Europe/Berlin.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.units import format_unit

from .locales import direction_of, locale_of

ZONE = ZoneInfo("Europe/Berlin")

# Figures are the Latin ones in every language: so are those on doors, boards and tickets.
_DAY = {
    "de": "EEE, dd.MM.yyyy",
    "en": "EEE, d MMM yyyy",
    "uk": "EEE, dd.MM.yyyy",
    "tr": "d MMM yyyy EEE",
    "ar": "EEE، d MMM yyyy",
}
_LONG_DAY = {
    "de": "EEEE, d. MMMM yyyy",
    "en": "EEEE, d MMMM yyyy",
    "uk": "EEEE, d MMMM yyyy",
    "tr": "d MMMM yyyy EEEE",
    "ar": "EEEE، d MMMM yyyy",
}
_SHORT_DAY = {
    "de": "EEE, d. MMM",
    "en": "EEE, d MMM",
    "uk": "EEE, d MMM",
    "tr": "d MMM EEE",
    "ar": "EEE، d MMM",
}
_COMMA = {"ar": "، "}
_ARABIC = re.compile("[\u0600-\u06ff]")


def local(moment: datetime) -> datetime:
    """An aware time as the wall clock in Germany shows it."""
    return moment.astimezone(ZONE)


def local_day(moment: datetime) -> date:
    """The local calendar day of an aware time."""
    return moment.astimezone(ZONE).date()


def at_local(day: date, minutes: int) -> datetime:
    """The UTC time at which the local clock shows `minutes` after midnight of `day` (0..1440).

    In the spring night a time that is skipped counts on from before the change (02:30 is then
    03:30 on the wall); in the autumn night a time that comes twice means the first.
    """
    midnight = datetime.combine(day + timedelta(days=minutes // 1440), time(), ZONE)
    wall = midnight.replace(hour=minutes % 1440 // 60, minute=minutes % 60)
    return wall.astimezone(UTC)


def day_start(day: date) -> datetime:
    """Local midnight at the beginning of a day, in UTC."""
    return at_local(day, 0)


def write_day(day: date, patterns: Mapping[str, str], language: str) -> str:
    """A day by the pattern of its language (Unicode TR 35)."""
    locale = locale_of(language)
    return format_date(day, patterns[locale.language], locale=locale)


@lru_cache(maxsize=1000)
def day_text(day: date, language: str) -> str:
    """`Mo., 23.11.2026`, in English `Mon, 23 Nov 2026`."""
    return write_day(day, _DAY, language)


@lru_cache(maxsize=1000)
def long_day_text(day: date, language: str) -> str:
    """`Montag, 23. November 2026`."""
    return write_day(day, _LONG_DAY, language)


@lru_cache(maxsize=1000)
def short_day_text(day: date, language: str) -> str:
    """`Mo., 23. Nov.`, without the year."""
    return write_day(day, _SHORT_DAY, language)


def month_text(day: date, language: str) -> str:
    """`November 2026`."""
    return format_date(day, "LLLL yyyy", locale=locale_of(language))


def weekday_text(day: date, language: str) -> str:
    """`Montag`."""
    return format_date(day, "EEEE", locale=locale_of(language))


def capital(text: str) -> str:
    """As a sentence or a heading begins: "counter 4" is written "Counter 4"."""
    return text[:1].upper() + text[1:]


def clock_text(moment: datetime) -> str:
    """`09:30`, the local wall clock."""
    return local(moment).strftime("%H:%M")


def time_text(moment: datetime, language: str) -> str:
    """`09:30 Uhr`, in other languages `09:30`."""
    german = locale_of(language).language == "de"
    return f"{clock_text(moment)} Uhr" if german else clock_text(moment)


def moment_text(moment: datetime, language: str) -> str:
    """`Mo., 23.11.2026, 09:30 Uhr`."""
    return day_and_time(day_text(local_day(moment), language), moment, language)


def long_moment_text(moment: datetime, language: str) -> str:
    """`Montag, 23. November 2026, 09:30 Uhr`."""
    return day_and_time(long_day_text(local_day(moment), language), moment, language)


def day_and_time(day: str, moment: datetime, language: str) -> str:
    """A day that is written already, and the time: `Morgen, 09:30 Uhr`."""
    return f"{day}{_COMMA.get(language, ', ')}{time_text(moment, language)}"


def listed(words: Iterable[str], language: str) -> str:
    """Words in a row, with the comma of the language; from right to left each kept in its order."""
    return _COMMA.get(language, ", ").join(isolated(word, language) for word in words if word)


def isolated(text: str, language: str) -> str:
    """A text inside one from right to left, so that the order of the two does not mix.

    An isolate of Unicode UAX 9: German names, references and telephone numbers keep their order.
    Addresses and whole lists, which stand alone in their lines, are left as they are.
    """
    alone = "://" in text or "\n" in text
    if alone or not text or direction_of(language) == "ltr":
        return text
    # Not the "first strong" isolate, which does not see what stands in isolates of its own.
    mark = "\N{RIGHT-TO-LEFT ISOLATE}" if _ARABIC.search(text) else "\N{LEFT-TO-RIGHT ISOLATE}"
    return f"{mark}{text}\N{POP DIRECTIONAL ISOLATE}"


@lru_cache(maxsize=1000)
def minutes_text(minutes: int, language: str) -> str:
    """`45 Minuten`, `1 Stunde 30 Minuten`."""
    locale = locale_of(language)
    hours, rest = divmod(minutes, 60)
    parts = [format_unit(hours, "duration-hour", "long", locale=locale)] if hours else []
    if rest or not hours:
        parts.append(format_unit(rest, "duration-minute", "long", locale=locale))
    return (" و" if language == "ar" else " ").join(parts)


def number_text(number: str) -> str:
    """A ticket number as shown: `A042` becomes `A 042`, with a space that does not break."""
    return f"{number[:1]}\N{NO-BREAK SPACE}{number[1:]}"


def iso_text(moment: datetime) -> str:
    """ISO 8601 with the local offset, to the second: what the interface speaks."""
    return local(moment).isoformat(timespec="seconds")

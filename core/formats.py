"""How dates, times, durations and numbers are written, and the way between UTC and local time.

Inside everything is aware UTC; only here and at the edge is Europe/Berlin.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.units import format_unit

ZONE = ZoneInfo("Europe/Berlin")

_DAY = {"de": "EEE, dd.MM.yyyy", "en": "EEE, d MMM yyyy"}
_LONG_DAY = {"de": "EEEE, d. MMMM yyyy", "en": "EEEE, d MMMM yyyy"}
_SHORT_DAY = {"de": "EEE, d. MMM", "en": "EEE, d MMM"}


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


@lru_cache(maxsize=1000)
def day_text(day: date, language: str) -> str:
    """`Mo., 23.11.2026`, in English `Mon, 23 Nov 2026`."""
    return format_date(day, _DAY.get(language, "medium"), locale=language)


@lru_cache(maxsize=1000)
def long_day_text(day: date, language: str) -> str:
    """`Montag, 23. November 2026`."""
    return format_date(day, _LONG_DAY.get(language, "full"), locale=language)


@lru_cache(maxsize=1000)
def short_day_text(day: date, language: str) -> str:
    """`Mo., 23. Nov.`, without the year."""
    return format_date(day, _SHORT_DAY.get(language, "medium"), locale=language)


def month_text(day: date, language: str) -> str:
    """`November 2026`."""
    return format_date(day, "LLLL yyyy", locale=language)


def weekday_text(day: date, language: str) -> str:
    """`Montag`."""
    return format_date(day, "EEEE", locale=language)


def clock_text(moment: datetime) -> str:
    """`09:30`, the local wall clock."""
    return local(moment).strftime("%H:%M")


def time_text(moment: datetime, language: str) -> str:
    """`09:30 Uhr`, in other languages `09:30`."""
    return f"{clock_text(moment)} Uhr" if language == "de" else clock_text(moment)


def moment_text(moment: datetime, language: str) -> str:
    """`Mo., 23.11.2026, 09:30 Uhr`."""
    return f"{day_text(local_day(moment), language)}, {time_text(moment, language)}"


def minutes_text(minutes: int, language: str) -> str:
    """`45 Minuten`, `1 Stunde 30 Minuten`."""
    hours, rest = divmod(minutes, 60)
    parts = [format_unit(hours, "duration-hour", "long", locale=language)] if hours else []
    if rest or not hours:
        parts.append(format_unit(rest, "duration-minute", "long", locale=language))
    return " ".join(parts)


def number_text(number: str) -> str:
    """A ticket number as shown: `A042` becomes `A 042`, with a space that does not break."""
    return f"{number[:1]}\N{NO-BREAK SPACE}{number[1:]}"


def iso_text(moment: datetime) -> str:
    """ISO 8601 with the local offset, to the second: what the interface speaks."""
    return local(moment).isoformat(timespec="seconds")

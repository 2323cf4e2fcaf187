"""How days and times are written, and the way between local and UTC in both special nights."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aufruf.core import formats

MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (formats.day_text(date(2026, 11, 23), "de"), "Mo., 23.11.2026"),
        (formats.day_text(date(2026, 11, 23), "en"), "Mon, 23 Nov 2026"),
        (formats.day_text(date(2026, 3, 1), "de"), "So., 01.03.2026"),
        (formats.long_day_text(date(2026, 11, 23), "de"), "Montag, 23. November 2026"),
        (formats.long_day_text(date(2026, 11, 23), "en"), "Monday, 23 November 2026"),
        (formats.day_text(date(2026, 11, 23), "uk"), "пн, 23.11.2026"),
        (formats.day_text(date(2026, 11, 23), "tr"), "23 Kas 2026 Pzt"),
        (formats.day_text(date(2026, 11, 23), "ar"), "الاثنين، 23 نوفمبر 2026"),
        (formats.long_day_text(date(2026, 11, 23), "uk"), "понеділок, 23 листопада 2026"),
        (formats.long_day_text(date(2026, 11, 23), "tr"), "23 Kasım 2026 Pazartesi"),
        (formats.long_day_text(date(2026, 11, 23), "de-simple"), "Montag, 23. November 2026"),
        (formats.short_day_text(date(2026, 11, 23), "uk"), "пн, 23 лист."),
        (formats.month_text(date(2026, 3, 1), "uk"), "березень 2026"),
        (formats.moment_text(MORNING, "de-simple"), "Mo., 23.11.2026, 09:30 Uhr"),
        (formats.moment_text(MORNING, "tr"), "23 Kas 2026 Pzt, 09:30"),
        (formats.moment_text(MORNING, "ar"), "الاثنين، 23 نوفمبر 2026، 09:30"),
        (formats.minutes_text(15, "uk"), "15 хвилин"),
        (formats.minutes_text(22, "uk"), "22 хвилини"),
        (formats.minutes_text(90, "ar"), "ساعة و30 دقيقة"),
        (formats.listed(["Perso", "", "15 Minuten"], "de"), "Perso, 15 Minuten"),
        (formats.listed(["هوية", "Amt 1"], "ar"), "\u2067هوية\u2069، \u2066Amt 1\u2069"),
        (formats.month_text(date(2026, 3, 1), "de"), "März 2026"),
        (formats.weekday_text(date(2026, 11, 23), "en"), "Monday"),
        (formats.time_text(MORNING, "de"), "09:30 Uhr"),
        (formats.time_text(MORNING, "en"), "09:30"),
        (formats.clock_text(MORNING), "09:30"),
        (formats.moment_text(MORNING, "de"), "Mo., 23.11.2026, 09:30 Uhr"),
        (formats.minutes_text(0, "de"), "0 Minuten"),
        (formats.minutes_text(1, "de"), "1 Minute"),
        (formats.minutes_text(90, "de"), "1 Stunde 30 Minuten"),
        (formats.minutes_text(120, "en"), "2 hours"),
        (formats.number_text("A042"), "A\N{NO-BREAK SPACE}042"),
        (formats.iso_text(MORNING), "2026-11-23T09:30:00+01:00"),
    ],
)
def test_written_as_people_write_it(written: str, text: str) -> None:
    assert written == text


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "minutes", "moment"),
    [
        (date(2026, 11, 23), 570, MORNING),
        (date(2026, 7, 1), 570, utc(date(2026, 7, 1), 7, 30)),
        (SPRING, 119, utc(SPRING, 0, 59)),
        (SPRING, 150, utc(SPRING, 1, 30)),
        (SPRING, 180, utc(SPRING, 1)),
        (AUTUMN, 119, utc(date(2026, 10, 24), 23, 59)),
        (AUTUMN, 150, utc(AUTUMN, 0, 30)),
        (AUTUMN, 180, utc(AUTUMN, 2)),
        (AUTUMN, 1440, utc(AUTUMN, 23)),
    ],
)
def test_local_minutes_of_a_day_in_utc(day: date, minutes: int, moment: datetime) -> None:
    assert formats.at_local(day, minutes) == moment


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 11, 23), 24)])
def test_day_has_its_hours(day: date, hours: int) -> None:
    length = formats.day_start(day + timedelta(days=1)) - formats.day_start(day)
    assert length == timedelta(hours=hours)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 1439))
def test_local_minutes_show_on_the_wall_clock_again(day: date, minutes: int) -> None:
    wall = formats.local(formats.at_local(day, minutes))
    skipped = wall.hour * 60 + wall.minute == minutes + 60
    assert wall.date() == day
    assert skipped or wall.hour * 60 + wall.minute == minutes

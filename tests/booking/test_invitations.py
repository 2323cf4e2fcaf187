"""Calendar entries, read back by a second implementation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from aufruf.booking.mails.invitations import Invitation, fold, uid_of, write_invitation
from aufruf.core.formats import local

START = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)
ENTRY = Invitation(
    uid="abcd2345@termine.example",
    sequence=0,
    start=START,
    end=START + timedelta(minutes=15),
    stamp=datetime(2026, 11, 25, 8, 30, tzinfo=UTC),
    summary="Termin: Bürgerbüro Amtal",
    location="Bürgerbüro Amtal, Am Markt 1, 61999 Amtal",
    description="Bitte bringen Sie mit:\n- Ausweis, alt; oder: Pass\n" + "sehr lang " * 30,
    url="https://termine.example/termin/ABCD2345/secret",
    organizer_name="Bürgerbüro Amtal, links; oben",
    organizer_email="buergerbuero@amtal.example",
    attendee="amira@beispiel.example",
)


def read(text: str) -> Any:
    return vobject.readOne(text)


def test_request_is_read_back_as_it_was_meant() -> None:
    calendar = read(write_invitation(ENTRY, "REQUEST"))
    event = calendar.vevent
    assert calendar.method.value == "REQUEST"
    assert event.uid.value == ENTRY.uid
    assert event.sequence.value == "0"
    assert (event.dtstart.value, event.dtend.value) == (ENTRY.start, ENTRY.end)
    assert event.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Berlin"]
    assert event.summary.value == ENTRY.summary
    assert event.location.value == ENTRY.location
    assert event.description.value == ENTRY.description
    assert event.organizer.value == "mailto:buergerbuero@amtal.example"
    assert event.organizer.params["CN"] == ["Bürgerbüro Amtal, links; oben"]
    assert event.attendee.value == "mailto:amira@beispiel.example"
    assert event.status.value == "CONFIRMED"


def test_cancel_says_so_in_method_and_status() -> None:
    calendar = read(write_invitation(replace(ENTRY, sequence=2), "CANCEL"))
    assert calendar.method.value == "CANCEL"
    assert calendar.vevent.status.value == "CANCELLED"
    assert (calendar.vevent.uid.value, calendar.vevent.sequence.value) == (ENTRY.uid, "2")


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 6, 0, tzinfo=UTC),
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 6, 0, tzinfo=UTC),
        datetime(2026, 12, 31, 22, 50, tzinfo=UTC),
    ],
)
def test_time_is_right_on_both_sides_of_the_clock_change(start: datetime) -> None:
    entry = replace(ENTRY, start=start, end=start + timedelta(minutes=15))
    text = write_invitation(entry, "REQUEST")
    calendar = read(text)
    assert calendar.vevent.dtstart.value.astimezone(UTC) == start
    assert text.count("BEGIN:VTIMEZONE") == 1


@pytest.mark.parametrize("year", range(2026, 2041))
def test_rule_of_the_time_zone_agrees_with_the_database(year: int) -> None:
    """Fails in time should the law change: then the rule above has to."""
    for month, day in ((3, 24), (10, 24)):
        first = datetime(year, month, day, tzinfo=UTC)
        for hour in range(8 * 24):
            start = first + timedelta(hours=hour, minutes=30)
            entry = replace(ENTRY, start=start, end=start + timedelta(minutes=15))
            if local(start).fold:
                continue  # the hour that comes twice: a local time cannot say which
            if hour % 24 in {0, 1, 2, 12}:
                read_start = read(write_invitation(entry, "REQUEST")).vevent.dtstart.value
                assert read_start.astimezone(UTC) == start


def test_lines_are_folded_and_end_as_the_standard_wants() -> None:
    text = write_invitation(ENTRY, "REQUEST")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


HARD = "".join(chr(code) for code in range(0x20, 0x250)) + '€ 🙂 \\\\n \\\\; , "x" \n\n' + "ü" * 200


@pytest.mark.parametrize("shift", range(8))
def test_hard_texts_are_read_back_by_both_readers(shift: int) -> None:
    """Every length of the first line once, so that a fold meets every kind of character."""
    hard = "x" * shift + HARD.replace("\x7f", "")
    entry = replace(ENTRY, description=hard, url=f"https://termine.example/{'x' * (30 + shift)}")
    text = write_invitation(entry, "REQUEST")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    event: Any = Calendar.from_ical(text).walk("VEVENT")[0]
    assert event["description"] == hard
    assert event["url"] == entry.url
    assert (event["dtstart"].dt, event["dtend"].dt) == (entry.start, entry.end)
    assert event["dtstamp"].dt == entry.stamp
    assert read(text).vevent.description.value == hard


@pytest.mark.parametrize("length", range(60, 80))
@pytest.mark.parametrize("letter", ["a", "ä", "€", "🙂"])
def test_fold_keeps_lines_short_and_characters_whole(letter: str, length: int) -> None:
    line = "X:" + "a" * length + letter * 100
    folded = fold(line)
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == line + "\r\n"


def test_uid_never_changes() -> None:
    assert uid_of("ABCD2345", "termine.example") == "abcd2345@termine.example"

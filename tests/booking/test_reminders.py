"""Reminders: when they are due, when they are not, and never twice."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from aufruf.booking import services
from aufruf.booking.links import holder_path
from aufruf.booking.mails.reminders import due_reminders, offices_due, send_reminders
from aufruf.booking.mails.sending import Post
from aufruf.booking.rules import Contact
from aufruf.core.clock import FixedClock
from aufruf.core.texts import Texts
from tests.booking.desk import AMIRA, Desk, at

KEY = "k" * 40
POST = Post("https://termine.example", "stadt@amtal.example", Texts.load(strict=True), KEY)
MONDAY = date(2026, 11, 30)
START = at("12:00", MONDAY)
TWO_DAYS, THREE_HOURS = "reminder_two_days", "reminder_three_hours"


def remind(desk: Desk, clock: FixedClock, when: datetime) -> list[str]:
    """Let the job look at that time; what has been written since the beginning, by kind."""
    clock.move(when - clock.now())
    desk.runner.run_now(desk.office.id, send_reminders, office_id=desk.office.id, post=POST)
    query = text("SELECT purpose FROM outbox_mail WHERE purpose LIKE '%reminder%' ORDER BY id")
    rows = desk.database.read_now(lambda conn: conn.execute(query).all())
    return [row[0].partition(":")[2].partition(":")[2] for row in rows]


def test_both_reminders_come_once_each_however_often_one_looks(
    desk: Desk, clock: FixedClock
) -> None:
    held = desk.book(START, post=POST)
    before = START - timedelta(hours=48)
    assert remind(desk, clock, before - timedelta(minutes=1)) == []
    for _ in range(2):
        assert remind(desk, clock, before) == [f"{TWO_DAYS}:0"]
    assert remind(desk, clock, START - timedelta(hours=3, minutes=1)) == [f"{TWO_DAYS}:0"]
    for _ in range(2):
        written = remind(desk, clock, START - timedelta(hours=3))
        assert written == [f"{TWO_DAYS}:0", f"{THREE_HOURS}:0"]
    subject, body, method = desk.mails()[1]
    assert (subject, method) == ("Erinnerung: Ihr Termin am Mo., 30.11.2026, 12:00 Uhr", None)
    link = f"https://termine.example{holder_path(KEY, held.reference)}"
    for part in (
        f"Termin absagen:\n{link}/absagen",
        f"Termin verschieben:\n{link}/verschieben",
        "Kommen Sie bis zu 10 Minuten später, behalten Sie Ihren Platz",
        "- Alter Ausweis oder Reisepass",
        f"Ihr Code: {POST.code(held.reference)}",
    ):
        assert part in body


def test_reminder_that_waits_is_taken_back_when_the_time_changes(
    desk: Desk, clock: FixedClock
) -> None:
    held = desk.book(START, post=POST)
    remind(desk, clock, START - timedelta(hours=3))
    desk.run(services.move_appointment, held.reference, start=at("16:00", MONDAY), post=POST)
    query = text("SELECT purpose, status, text FROM outbox_mail WHERE purpose LIKE '%reminder%'")
    rows = desk.database.read_now(lambda conn: conn.execute(query).all())
    assert {(row.status, row.text) for row in rows} == {("failed", "")}


def test_after_a_downtime_only_what_still_helps_is_sent(desk: Desk, clock: FixedClock) -> None:
    """A two-day reminder with more than a day to go, the other with more than half an hour."""
    desk.book(START, post=POST)
    desk.book(START + timedelta(hours=1), post=POST)
    day_before = START - timedelta(hours=24)
    assert remind(desk, clock, day_before) == [f"{TWO_DAYS}:0"]  # of the later one alone
    assert remind(desk, clock, START - timedelta(minutes=30)) == [
        f"{TWO_DAYS}:0",
        f"{THREE_HOURS}:0",
    ]
    assert remind(desk, clock, START + timedelta(minutes=31)) == [
        f"{TWO_DAYS}:0",
        f"{THREE_HOURS}:0",
    ]


def test_who_books_after_the_reminders_time_gets_none(desk: Desk, clock: FixedClock) -> None:
    clock.move(START - timedelta(hours=40) - clock.now())
    desk.book(START, post=POST)
    assert remind(desk, clock, START - timedelta(hours=39)) == []
    assert remind(desk, clock, START - timedelta(hours=3)) == [f"{THREE_HOURS}:0"]


def test_moved_appointment_is_reminded_of_its_new_time(desk: Desk, clock: FixedClock) -> None:
    held = desk.book(START, post=POST)
    assert remind(desk, clock, START - timedelta(hours=48)) == [f"{TWO_DAYS}:0"]
    later = START + timedelta(days=3)
    desk.run(services.move_appointment, held.reference, start=later, post=POST)
    assert remind(desk, clock, START - timedelta(hours=3)) == [f"{TWO_DAYS}:0"]
    written = remind(desk, clock, later - timedelta(hours=47))
    assert written == [f"{TWO_DAYS}:0", f"{TWO_DAYS}:1"]


def test_move_within_two_days_brings_no_second_reminder(desk: Desk, clock: FixedClock) -> None:
    """The mail that told the new time came after the reminder's time."""
    held = desk.book(START, post=POST)
    assert remind(desk, clock, START - timedelta(hours=47)) == [f"{TWO_DAYS}:0"]
    soon = START + timedelta(minutes=45)
    desk.run(services.move_appointment, held.reference, start=soon, post=POST)
    assert remind(desk, clock, START - timedelta(hours=46)) == [f"{TWO_DAYS}:0"]


def test_nobody_is_reminded_of_what_is_cancelled_or_held_or_without_address(
    desk: Desk, clock: FixedClock
) -> None:
    cancelled = desk.book(START, post=POST)
    desk.run(services.cancel_appointment, cancelled.reference, post=POST)
    desk.hold(START, contact=Contact("Bernd"), post=POST)
    clock.move(START - timedelta(hours=48) - clock.now())
    desk.hold(START + timedelta(hours=1))
    assert desk.database.read_now(due_reminders, desk.office.id, clock.now()) == []


def test_job_looks_before_it_writes(desk: Desk, clock: FixedClock) -> None:
    desk.book(START, post=POST)
    offices = [desk.office.id, desk.house.registry.id]
    assert desk.database.read_now(offices_due, offices, clock.now()) == []
    due = START - timedelta(hours=48)
    assert desk.database.read_now(offices_due, offices, due) == [desk.office.id]


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("phone", "Wir rufen Sie zu dieser Zeit an: 06081 1024"),
        ("video", "Video öffnen:\nhttps://video.example/amtal"),
    ],
)
def test_reminder_says_how_a_visit_takes_place(
    desk: Desk, clock: FixedClock, channel: str, expected: str
) -> None:
    held = desk.book(START, post=POST)
    change = text(
        "UPDATE appointment SET channel = :channel, phone = '06081 1024' WHERE reference = :r"
    )
    offer = text("UPDATE offer SET video_url = 'https://video.example/amtal'")
    with desk.database.write_engine.begin() as conn:
        conn.execute(change, {"channel": channel, "r": held.reference})
        conn.execute(offer)
        conn.execute(text("UPDATE directory_version SET version = version + 1"))
    assert remind(desk, clock, START - timedelta(hours=3)) == [f"{THREE_HOURS}:0"]
    body = desk.mails()[-1][1]
    assert expected in body
    assert "Am Markt 1" not in body
    assert "behalten Sie Ihren Platz" not in body
    assert AMIRA.name in body

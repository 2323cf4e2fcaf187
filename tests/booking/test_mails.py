"""What is written to citizens, and when nothing is."""

from datetime import timedelta
from typing import Any

import pytest
import vobject
from sqlalchemy import text

from aufruf.booking import services
from aufruf.booking.links import secret_of
from aufruf.booking.mails.sending import Post
from aufruf.booking.rules import Contact, Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.texts import Texts
from tests.booking.desk import AMIRA, Desk, at, refused
from tests.factories import AMTAL, SourceFile, load_texts

POST = Post("https://termine.example", "termine@amtal.example", Texts.load(strict=True), "k" * 40)

STRICT = AMTAL.read_text(encoding="utf-8").replace(
    'email = "buergerbuero@amtal.example"\n',
    'email = "buergerbuero@amtal.example"\nconfirm_by_email = true\n',
)


def entries(desk: Desk) -> list[Any]:
    query = text("SELECT calendar FROM outbox_mail WHERE calendar IS NOT NULL ORDER BY id")
    rows = desk.database.read_now(lambda conn: conn.execute(query).all())
    return [vobject.readOne(row[0]) for row in rows]


def test_confirmation_change_and_cancellation_are_one_calendar_entry(desk: Desk) -> None:
    held = desk.book(at("09:30"), Wanted("personalausweis", 2), post=POST)
    desk.run(services.move_appointment, held.reference, start=at("10:00"), post=POST)
    desk.run(services.cancel_appointment, held.reference, post=POST)
    found = entries(desk)
    assert [entry.method.value for entry in found] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [entry.vevent.sequence.value for entry in found] == ["0", "1", "2"]
    assert {entry.vevent.uid.value for entry in found} == {
        f"{held.reference.lower()}@termine.example"
    }
    assert [entry.vevent.dtstart.value for entry in found] == [
        at("09:30"),
        at("10:00"),
        at("10:00"),
    ]


def test_confirmation_says_all_one_needs_in_plain_text(desk: Desk) -> None:
    held = desk.book(at("09:30"), Wanted("personalausweis", 2), post=POST)
    ((subject, body, method),) = desk.mails()
    assert (subject, method) == ("Ihr Termin am Do., 26.11.2026, 09:30 Uhr", "REQUEST")
    link = f"https://termine.example/termin/{held.reference}/{secret_of('k' * 40, held.reference)}"
    for part in (
        "Guten Tag Amira Kaya,",
        "Donnerstag, 26. November 2026, 09:30 Uhr",
        "Am Markt 1",
        "Personalausweis beantragen (2 Mal)",
        "Alter Ausweis oder Reisepass",
        f"{held.reference[:4]}-{held.reference[4:]}",
        link,
    ):
        assert part in body


def test_mail_is_written_in_the_language_of_the_booking(desk: Desk) -> None:
    desk.runner.run_now(
        desk.office.id,
        services.hold_slot,
        office_id=desk.office.id,
        start=at("09:30"),
        services=(Wanted("personalausweis"),),
        language="en",
        contact=AMIRA,
        post=POST,
    )
    ((subject, body, _),) = desk.mails()
    assert subject == "Your appointment on Thu, 26 Nov 2026, 09:30"
    assert "Apply for an identity card" in body


def test_nothing_is_sent_without_an_address_or_for_a_mere_hold(desk: Desk) -> None:
    desk.hold(at("09:30"), post=POST)
    desk.hold(at("09:30"), contact=Contact("Amira"), post=POST)
    assert desk.mails() == []


@pytest.fixture
def strict(database: Database, runner: Runner, clock: FixedClock) -> Desk:
    """An office that wants the address confirmed."""
    return Desk(database, runner, load_texts(database, clock, SourceFile("amtal.toml", STRICT)))


def code_in(desk: Desk) -> str:
    """The code in the newest mail."""
    body = desk.mails()[-1][1]
    return body.partition("bestaetigen?code=")[2].split()[0]


def test_address_is_confirmed_by_the_link_before_it_is_booked(
    strict: Desk, clock: FixedClock
) -> None:
    held = strict.book(at("09:30"), post=POST)
    assert held.status == "awaiting_email"
    assert held.held_until == clock.now() + timedelta(hours=1)
    with refused("wrong_code", 403):
        strict.run(services.confirm_email, held.reference, code="wrong", post=POST)
    code = code_in(strict)
    done = strict.run(services.confirm_email, held.reference, code=code, post=POST)
    again = strict.run(services.confirm_email, held.reference, code=code, post=POST)
    assert (done.status, again.status) == ("confirmed", "confirmed")
    assert [method for _, _, method in strict.mails()] == [None, "REQUEST"]


def test_corrected_address_gets_a_new_link_and_the_old_one_is_void(strict: Desk) -> None:
    held = strict.hold(at("09:30"))
    wrong = Contact("Amira", "amria@beispiel.example")
    strict.run(services.set_contact, held.reference, contact=wrong, post=POST)
    first = code_in(strict)
    strict.run(services.set_contact, held.reference, contact=AMIRA, post=POST)
    with refused("wrong_code", 403):
        strict.run(services.confirm_email, held.reference, code=first)
    done = strict.run(services.confirm_email, held.reference, code=code_in(strict))
    assert done.status == "confirmed"


def test_link_opened_too_late_books_nothing(strict: Desk, clock: FixedClock) -> None:
    held = strict.book(at("09:30"), post=POST)
    clock.move(timedelta(hours=1))
    with refused("hold_expired", 409):
        strict.run(services.confirm_email, held.reference, code=code_in(strict), post=POST)
    assert strict.hold(at("09:30")).status == "held"


def test_address_is_required_where_it_must_be_confirmed(strict: Desk) -> None:
    held = strict.hold(at("09:30"))
    with refused("contact_required", 422) as refusal:
        strict.run(services.set_contact, held.reference, contact=Contact("Amira"))
    assert refusal.value.details == {"fields": ["email"]}
    assert strict.find(held.reference).status == "held"

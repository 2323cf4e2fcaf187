"""What arrives: mails over a real SMTP server, and their entries in a calendar of another library.

The store applies what RFC 5546 says of METHOD, UID and SEQUENCE, and reads with vobject alone.
"""

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, cast

import vobject

from aufruf.booking import services
from aufruf.booking.mails.sending import Post
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.delivery import Deliverer
from aufruf.core.runner import Runner
from aufruf.core.texts import Texts
from aufruf.office.files.sources import SourceFile
from tests.booking.desk import Desk, at
from tests.factories import AMTAL, load_texts
from tests.mail_server import receiving

POST = Post("https://termine.example", "stadt@beispiel.example", Texts.load(strict=True), "k" * 40)
SENDER = "termine@amtal.example"
TOWN = AMTAL.read_text(encoding="utf-8").replace(
    'full_name = "Stadt Amtal"\n', f'full_name = "Stadt Amtal"\nmail_sender = "{SENDER}"\n', 1
)


@dataclass
class CalendarStore:
    """A calendar as simple as can be: the newest of each UID (RFC 5546, 2.1.5)."""

    entries: dict[str, Any] = field(default_factory=dict[str, Any])
    newest: dict[str, int] = field(default_factory=dict[str, int])

    def take(self, mail: EmailMessage) -> None:
        """A message that is not newer, not from the organizer or of another method is ignored."""
        part = next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
        calendar = vobject.readOne(cast("bytes", part.get_payload(decode=True)).decode())
        event = calendar.vevent
        method, uid = calendar.method.value, event.uid.value
        assert part.get_param("method") == method
        assert event.organizer.value == f"mailto:{mail['From'].addresses[0].addr_spec}"
        assert event.attendee.value == f"mailto:{mail['To'].addresses[0].addr_spec}"
        sequence = int(event.sequence.value)
        if sequence < self.newest.get(uid, 0):
            return
        self.newest[uid] = sequence
        if method == "CANCEL":
            self.entries.pop(uid, None)
        else:
            self.entries[uid] = event


async def test_move_and_cancel_leave_one_entry_then_none(
    sqlite_database: Database, clock: FixedClock
) -> None:
    house = load_texts(sqlite_database, clock, SourceFile("amtal.toml", TOWN))
    async with receiving() as server, Runner(sqlite_database, clock, None, {}) as runner:
        desk = Desk(sqlite_database, runner, house)

        async def run(command: Any, **more: Any) -> Any:
            return await runner.run(desk.office.id, command, post=POST, **more)

        held = await run(
            services.hold_slot,
            office_id=desk.office.id,
            start=at("09:30"),
            services=(services.Wanted("personalausweis"),),
            language="de",
            contact=services.Contact("Amira Kaya", "amira@beispiel.example"),
        )
        reference = held.reference
        await run(services.move_appointment, reference=reference, start=at("10:30"))
        moved = {"by_staff": True, "reason": "Krankheit"}
        await run(services.move_appointment, reference=reference, start=at("11:00"), **moved)
        await run(services.cancel_appointment, reference=reference, **moved)
        assert await Deliverer(runner, server.url).deliver_due() == 4
    booked, once, twice, cancelled = server.mails
    assert {mail["From"].addresses[0].addr_spec for mail in server.mails} == {SENDER}
    assert [part.get_content_type() for part in booked.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    store = CalendarStore()
    store.take(booked)
    assert [each.dtstart.value for each in store.entries.values()] == [at("09:30")]
    store.take(twice)
    store.take(once)  # late: a mail overtaken by the next one changes nothing
    assert [each.dtstart.value for each in store.entries.values()] == [at("11:00")]
    store.take(cancelled)
    store.take(twice)
    assert store.entries == {}


def test_reasons_and_proposals_of_the_office_are_told(
    sqlite_database: Database, clock: FixedClock
) -> None:
    house = load_texts(sqlite_database, clock, SourceFile("amtal.toml", TOWN))
    desk = Desk(sqlite_database, Runner(sqlite_database, clock, None, {}), house)
    held = desk.book(at("09:30"), post=POST)
    desk.run(
        services.cancel_appointment,
        held.reference,
        by_staff=True,
        post=POST,
        reason="Das Büro ist geschlossen.",
        proposals=[at("10:00"), at("10:15")],
    )
    subject, body, method = desk.mails()[-1]
    assert subject == "Wir müssen Ihren Termin absagen: Do., 26.11.2026, 09:30 Uhr"
    assert method == "CANCEL"
    assert "Der Grund: Das Büro ist geschlossen." in body
    assert (
        "- Do., 26.11.2026, 10:15 Uhr: https://termine.example/termin/amtal/zeit"
        "?service=personalausweis:1&office=amtal-buergerbuero&day=2026-11-26\n"
    ) in body

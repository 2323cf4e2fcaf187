"""Short words for tests of booking: a house, a runner, and what one does with them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from aufruf.booking import services
from aufruf.booking.lookup import Held
from aufruf.booking.rules import Contact, Wanted
from aufruf.booking.store import Booked, find_appointment
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.events import Event, read_event
from aufruf.core.formats import at_local
from aufruf.core.runner import Runner
from aufruf.office.infos import OfficeInfo
from tests.factories import House

THURSDAY = date(2026, 11, 26)
AMIRA = Contact("Amira Kaya", "amira@beispiel.example")


def at(clock: str, day: date = THURSDAY) -> datetime:
    """ "09:30" on a local day, in UTC."""
    hours, minutes = clock.split(":")
    return at_local(day, int(hours) * 60 + int(minutes))


@dataclass(frozen=True)
class Desk:
    """One office as a citizen meets it."""

    database: Database
    runner: Runner
    house: House

    @property
    def office(self) -> OfficeInfo:
        return self.house.office

    def hold(
        self, start: datetime, *wanted: Wanted, office: OfficeInfo | None = None, **more: Any
    ) -> Held:
        here = office or self.office
        return self.runner.run_now(
            here.id,
            services.hold_slot,
            office_id=here.id,
            start=start,
            services=wanted or (Wanted("personalausweis"),),
            language="de",
            **more,
        )

    def book(self, start: datetime, *wanted: Wanted, **more: Any) -> Held:
        return self.hold(start, *wanted, contact=AMIRA, **more)

    def run(self, command: Any, reference: str, **more: Any) -> Any:
        booked = self.find(reference)
        return self.runner.run_now(booked.office_id, command, reference=reference, **more)

    def visit(self, command: Any, reference: str, **more: Any) -> Any:
        booked = self.find(reference)
        return self.runner.run_now(booked.office_id, command, appointment_id=booked.id, **more)

    def find(self, reference: str) -> Booked:
        found = self.database.read_now(find_appointment, reference)
        assert found is not None
        return found

    def places(self, reference: str) -> list[tuple[int, int, int]]:
        """(pool, cell, number) of an appointment."""
        query = text(
            "SELECT pool_id, cell, number FROM place WHERE appointment_id = :id ORDER BY 1, 2, 3"
        )
        appointment_id = self.find(reference).id
        return self.database.read_now(
            lambda conn: [
                (row[0], row[1], row[2]) for row in conn.execute(query, {"id": appointment_id})
            ]
        )

    def numbers(self, reference: str) -> set[int]:
        return {number for _, _, number in self.places(reference)}

    def events(self, office: OfficeInfo | None = None) -> list[Event]:
        query = text("SELECT type, data FROM event_log WHERE office_id = :id ORDER BY seq")
        rows = self.database.read_now(
            lambda conn: conn.execute(query, {"id": (office or self.office).id}).all()
        )
        return [read_event(row[0], row[1]) for row in rows]

    def mails(self) -> list[tuple[str, str, str | None]]:
        """(subject, text, method) in the order they were written."""
        query = text("SELECT subject, text, calendar_method FROM outbox_mail ORDER BY id")
        return self.database.read_now(
            lambda conn: [(row[0], row[1], row[2]) for row in conn.execute(query)]
        )


def refused(code: str, status: int) -> Any:
    """Expects a refusal with this code."""

    def fits(error: BaseException) -> bool:
        assert isinstance(error, DomainError)
        assert (error.code, error.status) == (code, status)
        return True

    return pytest.raises(DomainError, check=fits)

"""Short words for tests of the kiosk: its house, appointments, and what stands on a page."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from sqlalchemy import text
from starlette.testclient import TestClient

from aufruf.booking import services as booking
from aufruf.booking.rules import Contact, Wanted
from aufruf.booking.store import find_appointment
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import local
from aufruf.core.runner import Runner
from aufruf.office.devices.commands import renew_device_token
from aufruf.office.infos import OfficeInfo
from aufruf.queue.services import issue_ticket, set_counter_state
from aufruf.queue.store import load_here
from tests.factories import House

KIOSK = "/kiosk/amtal-kiosk"
AMIRA = Contact("Amira Kaya", "amira@beispiel.example")


@dataclass(frozen=True)
class Lobby:
    """The waiting area of the small house."""

    house: House
    database: Database
    runner: Runner
    clock: FixedClock

    def token(self, device: str) -> str:
        return self.runner.run_now((), renew_device_token, slug=device).token

    def open(self, slug: str = "amtal-1") -> None:
        """A clerk opens a counter."""
        counter = self.house.counter(slug)
        self.runner.run_now(
            counter.office_id, set_counter_state, counter_id=counter.id, state="open"
        )

    def at(self, hour: int, minute: int = 0) -> None:
        """Sets the clock to a local time of its day."""
        self.clock.at = local(self.clock.at).replace(hour=hour, minute=minute)

    def book(self, start: datetime, office: OfficeInfo | None = None, *services: str) -> str:
        """Amira books; the reference."""
        here = office or self.house.office
        held = self.runner.run_now(
            here.id,
            booking.hold_slot,
            office_id=here.id,
            start=start,
            services=tuple(Wanted(slug) for slug in services or ("personalausweis",)),
            language="de",
            contact=AMIRA,
        )
        return held.reference

    def draw(self, service: str) -> str:
        """Somebody else draws a number at the citizen office; the ticket's token."""
        return self.runner.run_now(
            self.house.office.id,
            issue_ticket,
            office_id=self.house.office.id,
            services=[Wanted(service)],
            language="de",
        ).token

    def limit(self, **tickets_per_day: int) -> None:
        """So many walk-ins a day, by the short name of the office: `office`, `registry`."""
        with self.database.write_engine.begin() as conn:
            for name, most in tickets_per_day.items():
                values = {"most": most, "id": getattr(self.house, name).id}
                conn.execute(
                    text("UPDATE office SET tickets_per_day = :most WHERE id = :id"), values
                )
            conn.execute(text("UPDATE directory_version SET version = version + 1"))

    def cancel(self, reference: str) -> None:
        booked = self.database.read_now(find_appointment, reference)
        assert booked is not None
        self.runner.run_now(booked.office_id, booking.cancel_appointment, reference=reference)

    def numbers(self) -> list[str]:
        """The numbers of everybody who waits today."""
        day = local(self.clock.now()).date()
        offices = (self.house.office, self.house.registry)
        rows = [
            ticket
            for office in offices
            for ticket in self.database.read_now(load_here, office.id, day)
        ]
        return sorted(ticket.number for ticket in rows)


def said(page: str) -> str:
    """The words on a page, without tags, each space once."""
    body = page.split("<main>")[1].split("</main>", maxsplit=1)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def hidden(page: str, action: str) -> dict[str, list[str]]:
    """What the form to this step would send."""
    form = next(part for part in page.split("<form")[1:] if f'action="{action}' in part)
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', form.split("</form>")[0]):
        fields.setdefault(name, []).append(unescape(value))
    return fields


def links(page: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', page)]


def check_in(browser: TestClient, code: str) -> str:
    """Types a code on the keypad's page and sends it; the words of the page that comes."""
    page = browser.get(f"{KIOSK}/code").text
    key = hidden(page, f"{KIOSK}/check-ins")["key"][-1]
    return said(browser.post(f"{KIOSK}/check-ins", data={"code": code, "key": key}).text)

"""Short words for tests of the waiting list: who waits, what is offered, what becomes of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aufruf.booking import services, store
from aufruf.booking.lookup import Held
from aufruf.booking.mails.sending import Post
from aufruf.booking.rules import Contact, Wanted
from aufruf.booking.store import Booked
from aufruf.booking.waiting import answering
from aufruf.booking.waiting import commands as waiting
from aufruf.booking.waiting import store as waiting_store
from aufruf.booking.waiting.rules import Window
from aufruf.booking.waiting.store import Entry, Offer
from aufruf.core.clock import Clock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.texts import Texts
from aufruf.office.files.loader import load_files
from aufruf.office.infos import OfficeInfo
from tests.booking.desk import AMIRA, Desk
from tests.factories import AMTAL, House, SourceFile, load_texts

WEDNESDAY = date(2026, 11, 25)
FRIDAY = date(2026, 11, 27)
MONDAY = date(2026, 11, 30)
CARD = (Wanted("personalausweis"),)
MARRIAGE = (Wanted("eheschliessung"),)
POST = Post("https://termine.example", "termine@example.org", Texts.load(), "k" * 40)


def _45_minutes_after(clock: str) -> str:
    minutes = int(clock[:2]) * 60 + int(clock[3:]) + 45
    return f"{minutes // 60:02}:{minutes % 60:02}"


# The registry office with a few times a week, each for one visit: all that is free can be said.
_ALL_DAY = """
[[offices.opening]]
days = ["mon", "tue", "wed", "thu", "fri"]
from = "08:00"
to = "18:00"
mode = "mixed"
places = 1
"""
TIMES = {
    "mon": ("10:00",),
    "wed": ("14:00",),
    "thu": ("09:30",),
    "fri": ("13:00", "14:00", "15:00"),
}
FEW_TIMES = AMTAL.read_text(encoding="utf-8").replace(
    _ALL_DAY,
    "".join(
        f'\n[[offices.opening]]\ndays = ["{day}"]\nfrom = "{start}"\nto = "{end}"\n'
        'mode = "appointment"\nplaces = 1\n'
        for day, starts in TIMES.items()
        for start in starts
        for end in [_45_minutes_after(start)]
    ),
)
ANY_DAY = Window(WEDNESDAY, date(2027, 2, 28))


def load_few_times(database: Database, clock: Clock) -> House:
    return load_texts(database, clock, SourceFile("amtal.toml", FEW_TIMES))


@dataclass(frozen=True)
class Line:
    """The waiting list of one office, as citizens and the job meet it."""

    desk: Desk

    def load(self, source: str) -> None:
        """Work by other master data from now on."""
        self.desk.runner.run_now((), load_files, (SourceFile("amtal.toml", source),))

    @property
    def registry(self) -> OfficeInfo:
        """One place and one kind of visit of 45 minutes: whoever has a time has it alone."""
        return self.desk.house.registry

    def book(self, start: datetime, name: str = "Amira Kaya", **more: Any) -> Held:
        """An appointment at the registry office."""
        email = f"{name.split(maxsplit=1)[0].lower()}@beispiel.example"
        contact = Contact(name, email)
        return self.desk.hold(
            start, *MARRIAGE, office=self.registry, contact=contact, post=POST, **more
        )

    def wait(self, held: Held, window: Window = ANY_DAY) -> Entry:
        """Wait for something earlier."""
        return self.desk.run(
            waiting.join_waiting_list, held.reference, window=window, language="de"
        )

    def ask(self, contact: Contact = AMIRA, window: Window = ANY_DAY, **more: Any) -> Entry:
        """Ask to be told of any time at all; only the link of the mail makes them wait."""
        office: OfficeInfo = more.get("office", self.registry)
        return self.desk.runner.run_now(
            office.id,
            waiting.ask_to_wait,
            office_id=office.id,
            services=more.get("services", MARRIAGE),
            window=window,
            contact=contact,
            channel=more.get("channel", "on_site"),
            language="de",
            post=POST,
        )

    def wait_without(
        self, contact: Contact = AMIRA, window: Window = ANY_DAY, **more: Any
    ) -> Entry:
        """The same with the link followed."""
        entry = self.ask(contact, window, **more)
        return self.desk.runner.run_now(
            entry.office_id, waiting.confirm_waiting, reference=entry.reference
        )

    def cancel(self, held: Held) -> None:
        self.desk.run(services.cancel_appointment, held.reference, post=POST)

    def move(self, held: Held, start: datetime, **more: Any) -> None:
        self.desk.run(services.move_appointment, held.reference, start=start, post=POST, **more)

    def take(self, offer: Offer) -> Held:
        return self._answer(answering.take_offer, offer)

    def decline(self, offer: Offer) -> None:
        self._answer(answering.decline_offer, offer)

    def tidy(self, *days: date, office: OfficeInfo | None = None) -> None:
        """What the job does when it has found something on these days."""
        here = office or self.registry
        self.desk.runner.run_now(
            here.id, waiting.tidy_waiting_list, office_id=here.id, days=days, post=POST
        )

    def offers(self, office: OfficeInfo | None = None) -> list[Offer]:
        """The open ones, in the order they were made."""
        here = office or self.registry
        return self.desk.database.read_now(waiting_store.open_offers, here.id)

    def offer(self) -> Offer:
        """The only open one."""
        (offer,) = self.offers()
        return offer

    def entry(self, entry: Entry) -> Entry:
        found = self.desk.database.read_now(waiting_store.get_entry, entry.id)
        assert found is not None
        return found

    def find_offer(self, offer: Offer) -> Offer:
        found = self.desk.database.read_now(waiting_store.find_offer, offer.reference)
        assert found is not None
        return found

    def hold(self, offer: Offer) -> Booked:
        found = self.desk.database.read_now(store.get_appointment, offer.hold)
        assert found is not None
        return found

    def _answer(self, command: Any, offer: Offer) -> Any:
        run = self.desk.runner.run_now
        return run(offer.office_id, command, reference=offer.reference, post=POST)


def line_of_few_times(database: Database, clock: Clock) -> Line:
    """The registry office: Monday 10:00, Wednesday 14:00, Thursday 9:30, Friday 13:00 to 15:00."""
    runner = Runner(database, clock, None, {})
    return Line(Desk(database, runner, load_few_times(database, clock)))

"""Short words for tests of mass changes: an office that falls ill on Thursday."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from aufruf.booking.mails.sending import Post
from aufruf.booking.mass import store as mass_store
from aufruf.booking.mass.commands import (
    Order,
    Planned,
    carry_out_item,
    finish_mass_change,
    leave_item,
    plan_mass_change,
)
from aufruf.booking.mass.rules import Period, whole_day
from aufruf.booking.mass.store import Item
from aufruf.booking.mass.view import Preview, Scope, read_preview
from aufruf.booking.rules import Contact
from aufruf.booking.taken_days import TakenDays
from aufruf.core.errors import DomainError
from aufruf.core.secrets import new_token
from aufruf.core.texts import Texts
from tests.booking.browser import SECRET_KEY
from tests.booking.desk import THURSDAY, Desk
from tests.conftest import START

POST = Post("https://termine.example", "stadt@beispiel.example", Texts.load(), SECRET_KEY)
REASON = "eine Erkrankung in unserem Büro"
THE_DAY = whole_day(THURSDAY)
AMIRA = Contact("Amira Kaya", "amira@beispiel.example")
JUERGEN = Contact("Jürgen Müller", None, "06081 1024-0")


@dataclass(frozen=True)
class Ill:
    """What a clerk does when the office has to close."""

    desk: Desk

    def book(self, start: datetime, contact: Contact = AMIRA, **more: Any) -> str:
        return self.desk.hold(start, contact=contact, by_staff=True, **more).reference

    def preview(self, kind: str = "move", period: Period = THE_DAY, **more: Any) -> Preview:
        office, scope = self.desk.office, Scope(period, kind, **more)
        return self.desk.database.read_now(read_preview, TakenDays(), office, scope, START)

    def order(self, kind: str = "move", key: str | None = None, **more: Any) -> Order:
        return Order(key or new_token(), kind, THE_DAY, REASON, **more)

    def plan(self, order: Order, preview: Preview | None = None) -> int:
        items = self.planned(preview or self.preview(order.kind, internal=order.internal))
        return self.desk.runner.run_now(
            self.desk.office.id,
            plan_mass_change,
            office_id=self.desk.office.id,
            staff_id=self.staff(),
            order=order,
            items=items,
        )

    def planned(self, preview: Preview) -> list[Planned]:
        return [
            Planned(each.listed.id, each.listed.start_at, each.proposals)
            for each in preview.affected
        ]

    def carry_out(self, change_id: int, most: int = 1000) -> None:
        """As `mass_run.py` does, at once; `most` is where a crash would be."""
        run, office_id = self.desk.runner.run_now, self.desk.office.id
        for each in self.items(change_id)[:most]:
            item = {"change_id": change_id, "appointment_id": each.appointment_id}
            try:
                run(office_id, carry_out_item, post=POST, **item)
            except DomainError as refusal:
                run(office_id, leave_item, why=refusal.code, **item)
        run(office_id, finish_mass_change, change_id=change_id)

    def change(self, kind: str = "move", **more: Any) -> int:
        """Planned and carried out."""
        change_id = self.plan(self.order(kind, **more))
        self.carry_out(change_id)
        return change_id

    def items(self, change_id: int) -> list[Item]:
        return self.desk.database.read_now(mass_store.items_of_change, change_id)

    def results(self, change_id: int) -> list[tuple[str, str | None]]:
        return [(each.result, each.why) for each in self.items(change_id)]

    def staff(self) -> int:
        query = text("SELECT id FROM staff WHERE login = 'bernd'")
        return self.desk.database.read_now(lambda conn: int(conn.execute(query).scalar_one()))

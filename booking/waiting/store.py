"""All SQL of the waiting list: entries and offers. The holds of offers are appointments, and stand
in `store.py`. Nothing here decides anything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    null,
    or_,
    select,
    update,
)
from sqlmodel import SQLModel

from ...core.prepared import Prepared
from ...office.infos import Channel
from .. import models as _models  # noqa: F401
from .rules import ASKED, Window

_entry: Table = SQLModel.metadata.tables["waiting_entry"]
_offer: Table = SQLModel.metadata.tables["waiting_offer"]
_appointment: Table = SQLModel.metadata.tables["appointment"]
_service: Table = SQLModel.metadata.tables["appointment_service"]
_e, _o, _a = _entry.c, _offer.c, _appointment.c

LIVING = ("asked", "waiting")


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on the waiting list; `services` are (offer, count)."""

    id: int
    office_id: int
    appointment_id: int | None
    reference: str
    status: str
    created_at: datetime
    from_day: date
    to_day: date
    weekdays: list[int]
    from_minute: int
    to_minute: int
    lead_minutes: int
    services: list[list[int]]
    channel: Channel
    resident_of: int | None
    language: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    answers: list[str] | None = None
    email_key: str | None = None

    @property
    def window(self) -> Window:
        return Window(
            self.from_day,
            self.to_day,
            frozenset(self.weekdays),
            self.from_minute,
            self.to_minute,
            self.lead_minutes,
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A time offered; `hold` is the appointment that keeps it, `reference` that one's."""

    id: int
    entry_id: int
    office_id: int
    hold: int
    status: str
    start_at: datetime
    until: datetime
    reference: str


_COLUMNS = tuple(field.name for field in fields(Entry))
_ENTRY = select(*(_e[name] for name in _COLUMNS))
_OFFER = select(
    _o.id,
    _o.entry_id,
    _o.office_id,
    _o.appointment_id,
    _o.status,
    _o.start_at,
    _o.until,
    _a.reference,
).join_from(_offer, _appointment, _o.appointment_id == _a.id)
_OPEN_OFFERS = Prepared(
    _OFFER.where(_o.office_id == bindparam("office"), _o.status == "open").order_by(_o.id)
)
_MAKE_OFFER: Callable[..., Offer] = Offer
_FORGOTTEN = {
    "name": None,
    "email": None,
    "phone": None,
    "answers": null(),
    "email_key": None,
}
# Who waits for an earlier time has an appointment that stands and is still to come.
_STANDS = or_(_e.appointment_id.is_(None), _a.status == "confirmed")


def find_entry(conn: Connection, reference: str) -> Entry | None:
    return _one_entry(conn, _ENTRY.where(_e.reference == reference))


def get_entry(conn: Connection, entry_id: int) -> Entry | None:
    return _one_entry(conn, _ENTRY.where(_e.id == entry_id))


def entry_of(conn: Connection, appointment_id: int) -> Entry | None:
    """The entry of an appointment, living or not."""
    return _one_entry(conn, _ENTRY.where(_e.appointment_id == appointment_id))


def _one_entry(conn: Connection, query: Select[Any]) -> Entry | None:
    row = conn.execute(query).first()
    return None if row is None else Entry(*row)


def write_entry(conn: Connection, draft: Entry) -> int:
    """Insert an entry, or write over the one that has the draft's id; returns the id."""
    values = {name: getattr(draft, name) for name in _COLUMNS if name != "id"}
    if draft.answers is None:
        values["answers"] = null()
    if draft.id:
        conn.execute(update(_entry).where(_e.id == draft.id).values(values))
        return draft.id
    return conn.execute(insert(_entry).values(values).returning(_e.id)).scalar_one()


def change_entry(conn: Connection, entry_id: int, present: Sequence[str], status: str) -> bool:
    """Let an entry wait or end; whoever ends is forgotten. False when it was none of `present`."""
    values = {"status": status} | ({} if status in LIVING else _FORGOTTEN)
    done = update(_entry).where(_e.id == entry_id, _e.status.in_(present)).values(values)
    return conn.execute(done).rowcount == 1


def waiting_entries(conn: Connection, office_id: int) -> list[tuple[Entry, datetime | None]]:
    """Everybody who waits in an office, with the start they have."""
    query = (
        select(*(_e[name] for name in _COLUMNS), _a.start_at)
        .join_from(_entry, _appointment, _e.appointment_id == _a.id, isouter=True)
        .where(_e.office_id == office_id, _e.status == "waiting", _STANDS)
        .order_by(_e.created_at, _e.id)
    )
    found: list[tuple[Entry, datetime | None]] = []
    for *values, present in conn.execute(query):
        found.append((Entry(*values), present))
    return found


def is_anybody_waiting(conn: Connection, office_id: int) -> bool:
    query = select(_e.id).where(_e.office_id == office_id, _e.status == "waiting").limit(1)
    return conn.execute(query).first() is not None


def entries_of_email(conn: Connection, office_id: int, email_key: str) -> list[Entry]:
    """What lives without an appointment under an address."""
    query = _ENTRY.where(
        _e.email_key == email_key,
        _e.office_id == office_id,
        _e.appointment_id.is_(None),
        _e.status.in_(LIVING),
    )
    return [Entry(*row) for row in conn.execute(query)]


def entries_over(conn: Connection, office_id: int, now: datetime, today: date) -> list[int]:
    """Entries that have nothing left to wait for."""
    begun = (_a.status != "confirmed") | (_a.start_at <= now)
    query = (
        select(_e.id)
        .join_from(_entry, _appointment, _e.appointment_id == _a.id, isouter=True)
        .where(
            _e.office_id == office_id,
            _e.status.in_(LIVING),
            or_(
                _e.to_day < today,
                (_e.appointment_id.is_not(None)) & begun,
                (_e.status == "asked") & (_e.created_at <= now - ASKED),
            ),
        )
        .order_by(_e.id)
    )
    return list(conn.scalars(query))


def insert_offer(conn: Connection, office_id: int, offer: Offer, now: datetime) -> None:
    """Write an offer; the database refuses a second open one and a time offered before."""
    conn.execute(
        insert(_offer).values(
            entry_id=offer.entry_id,
            office_id=office_id,
            appointment_id=offer.hold,
            status=offer.status,
            start_at=offer.start_at,
            offered_at=now,
            until=offer.until,
        )
    )


def find_offer(conn: Connection, reference: str) -> Offer | None:
    """The offer whose hold has this reference."""
    row = conn.execute(_OFFER.where(_a.reference == reference)).first()
    return None if row is None else Offer(*row)


def open_offer_of(conn: Connection, entry_id: int) -> Offer | None:
    row = conn.execute(_OFFER.where(_o.entry_id == entry_id, _o.status == "open")).first()
    return None if row is None else Offer(*row)


def open_offers(conn: Connection, office_id: int) -> list[Offer]:
    return [_MAKE_OFFER(*row) for row in _OPEN_OFFERS.all(conn, {"office": office_id})]


def holds_of_offers(conn: Connection, office_id: int) -> frozenset[int]:
    """The appointments that are no visits yet: they hold a time for somebody who waits."""
    query = select(_o.appointment_id).where(_o.office_id == office_id, _o.status == "open")
    return frozenset(conn.scalars(query))


def starts_offered(conn: Connection, office_id: int) -> dict[int, set[datetime]]:
    """Entry -> every start that was ever offered to it, of those who wait."""
    query = (
        select(_o.entry_id, _o.start_at)
        .join_from(_offer, _entry, _o.entry_id == _e.id)
        .where(_e.office_id == office_id, _e.status == "waiting")
    )
    found: dict[int, set[datetime]] = {}
    for entry_id, start in conn.execute(query):
        found.setdefault(entry_id, set()).add(start)
    return found


def end_offer(conn: Connection, offer_id: int, status: str) -> bool:
    """Close an open offer; False when somebody else has."""
    done = update(_offer).where(_o.id == offer_id, _o.status == "open").values(status=status)
    return conn.execute(done).rowcount == 1


def forget_hold(conn: Connection, appointment_id: int) -> None:
    """Take back the appointment of an offer for which no places could be had."""
    conn.execute(delete(_service).where(_service.c.appointment_id == appointment_id))
    conn.execute(delete(_appointment).where(_a.id == appointment_id))

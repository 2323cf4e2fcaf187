"""Commands of the early closing: close, open again, and give those who wait another appointment.

Illness or an alarm: one press locks the kiosk, tells screens and phones, and everybody who waits
leaves with an appointment. It is for the office's local day; the next one begins as always.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from ...booking import services as booking
from ...booking.mails.post import Post
from ...booking.services import Contact, Wanted
from ...booking.store import Booked, find_appointment, get_appointment
from ...core.errors import DomainError, not_found, wrong_state
from ...core.formats import local_day
from ...core.tx import Tx
from ...office.directory import OfficeInfo, current_directory
from .. import store as queue_store
from ..counter.steps import away, take_step
from ..drawing.locks import forget_closing
from ..events import OfficeClosedEarly, OfficeReopened, TicketLeft, TicketRebooked, TicketReturned
from ..state import TicketNow
from . import store

Because = Literal["by_hand", "declined"]

LISTED = frozenset({"waiting", "parked", "called"})


class OfOffices(Protocol):
    """A command for several offices at once."""

    def __call__(self, tx: Tx, *, offices: Collection[int]) -> None: ...


@dataclass(frozen=True, slots=True)
class Rebooked:
    """The appointment that was given instead; `already` when somebody had done it before."""

    ticket: TicketNow
    reference: str
    start: datetime
    already: bool = False


def close_early(tx: Tx, *, office_id: int) -> datetime:
    """No more numbers today; who waits stays on the list. Returns since when.

    Called by staff. Pressed again it changes nothing. Counters may still call who waits.
    """
    office = current_directory(tx).office(office_id)
    known = store.closed_early_at(tx.conn, office.id, local_day(tx.now))
    if known is not None:
        return known
    store.write_closed_early(tx.conn, office.id, local_day(tx.now), tx.now)
    forget_closing(tx)
    tx.emit(office.id, OfficeClosedEarly())
    return tx.now


def reopen(tx: Tx, *, office_id: int) -> bool:
    """Take the closing back, any time of the same day; False when the office is not closed.

    Called by staff. Who got an appointment meanwhile keeps it.
    """
    office = current_directory(tx).office(office_id)
    if store.closed_early_at(tx.conn, office.id, local_day(tx.now)) is None:
        return False
    store.write_closed_early(tx.conn, office.id, local_day(tx.now), None)
    forget_closing(tx)
    tx.emit(office.id, OfficeReopened())
    return True


def close_offices(tx: Tx, *, offices: Collection[int]) -> None:
    """Close all of these early, or none of them: the offices of one waiting area."""
    for office_id in sorted(offices):
        close_early(tx, office_id=office_id)


def reopen_offices(tx: Tx, *, offices: Collection[int]) -> None:
    """Open all of these again that are closed early."""
    for office_id in sorted(offices):
        reopen(tx, office_id=office_id)


def rebook(
    tx: Tx,
    *,
    ticket_id: int,
    start: datetime,
    name: str,
    post: Post | None = None,
) -> Rebooked:
    """Give whoever waits, is parked or called an appointment instead; their number ends.

    Run for `store.find_offices_of_ticket`, by staff. Who had an appointment today is the same
    person in the new one, and gets the mail if there is an address; else `name` says who it is.
    Nobody gets two: a second press, also of somebody else, finds the first one's. Raises
    unknown_ticket (404), wrong_state (409) for whoever is served or gone, and what `hold_slot`
    raises, with alternatives where the time is taken.
    """
    ticket = _ticket_of_today(tx, ticket_id)
    if ticket.rebooked_id is not None:
        return _given_already(tx, ticket, ticket.rebooked_id)
    if ticket.status not in LISTED:
        raise wrong_state(ticket.status)
    office = current_directory(tx).office(ticket.office_id)
    before = None
    if ticket.appointment_id is not None:
        before = get_appointment(tx.conn, ticket.appointment_id)
    held = booking.hold_slot(
        tx,
        office_id=office.id,
        start=start,
        services=wanted_of(office, ticket),
        language=ticket.language,
        contact=_contact(before, name),
        resident_of=before.resident_of if before else None,
        channel=_channel(ticket),
        by_staff=True,
        post=post,
    )
    booked = find_appointment(tx.conn, held.reference)
    assert booked is not None
    gone = replace(ticket, finished_at=tx.now, rebooked_id=booked.id)
    written = take_step(tx, "leave", ticket, gone)
    event = TicketRebooked(ticket_id=ticket.id, number=ticket.number, appointment_id=booked.id)
    tx.emit(ticket.office_id, event)
    return Rebooked(written, held.reference, held.start)


def let_go(tx: Tx, *, ticket_id: int, because: Because) -> TicketNow:
    """Whoever waits needs no appointment from the list: has one by hand, or wants none.

    A second press changes nothing. Run and raises as `rebook`.
    """
    ticket = _ticket_of_today(tx, ticket_id)
    if ticket.status == "cancelled":
        return ticket
    written = take_step(tx, "leave", ticket, replace(ticket, finished_at=tx.now))
    event = TicketLeft(ticket_id=ticket.id, number=ticket.number, because=because)
    tx.emit(ticket.office_id, event)
    return written


def put_on_list(tx: Tx, *, ticket_id: int) -> TicketNow:
    """Somebody was let go by mistake and waits again with the same number and rank.

    Run as `rebook`. Raises unknown_ticket (404), wrong_state (409) when it was not let go, or has
    an appointment instead.
    """
    ticket = _ticket_of_today(tx, ticket_id)
    if ticket.rebooked_id is not None or ticket.discard_id is not None:
        raise wrong_state(ticket.status)
    waits = replace(
        away(ticket),
        reserved_counter_id=None,
        not_before=None,
        parked_reason=None,
        finished_at=None,
    )
    written = take_step(tx, "come_back", ticket, waits)
    tx.emit(ticket.office_id, TicketReturned(ticket_id=ticket.id, number=ticket.number))
    return written


def wanted_of(office: OfficeInfo, ticket: TicketNow) -> tuple[Wanted, ...]:
    """What is still to do for the ticket, as a booking asks for it."""
    return tuple(
        Wanted(office.offer(one.offer_id).service.slug, one.count)
        for one in ticket.services
        if one.step_id is None
    )


def _ticket_of_today(tx: Tx, ticket_id: int) -> TicketNow:
    ticket = queue_store.find_ticket(tx.conn, ticket_id)
    if ticket is None:
        raise not_found("unknown_ticket")
    if ticket.day != local_day(tx.now):
        raise wrong_state(ticket.status)
    return ticket


def _given_already(tx: Tx, ticket: TicketNow, appointment_id: int) -> Rebooked:
    booked = get_appointment(tx.conn, appointment_id)
    assert booked is not None
    return Rebooked(ticket, booked.reference, booked.start_at, already=True)


def _channel(ticket: TicketNow) -> Literal["on_site", "phone", "video"]:
    """Raises channel_not_offered (409) for back office work, which needs no appointment."""
    if ticket.channel == "back_office":
        raise DomainError("channel_not_offered", 409, {"channels": []})
    return ticket.channel


def _contact(before: Booked | None, name: str) -> Contact:
    if before is None or before.name is None:
        return Contact(name)
    return Contact(
        before.name, before.email, before.phone, before.remark, tuple(before.answers or ())
    )

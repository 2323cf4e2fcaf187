"""Drawing a ticket, and what checking in (`checking_in.py`) shares with it: the ticket's row.

Run under the office's lock; the number is drawn under the waiting area's, because offices that
share an area draw from the same letters. A failed command leaves no hole in the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.exc import IntegrityError

from ...booking.rules import MAX_COUNT, Wanted, read_request
from ...core.driver import savepoint
from ...core.errors import DomainError, invalid
from ...core.formats import iso_text, local_day
from ...core.secrets import new_token
from ...core.tx import Tx
from ...office.directory import OfferInfo, OfficeInfo, current_directory
from ...office.rules import day_spans
from .. import changes
from ..events import TicketIssued
from ..forecasting.outlook import look_ahead
from ..forecasting.ranges import Range
from ..rules import HIGHEST_SERIAL, PAPER_LETTER, rank_of_walk_in, serves
from ..state import Asked, Channel, TicketNow
from . import locks

WithoutAppointment = Literal["on_site", "back_office"]


@dataclass(frozen=True, slots=True)
class Issued:
    """What the citizen takes along; `token` opens the ticket on the phone.

    `ahead` counts those called earlier at counters that could serve this one; `wait` is None when
    no such counter is open; `late` says that an appointment lost its head start.
    """

    id: int
    number: str
    token: str
    ahead: int
    wait: Range | None
    office_id: int
    late: bool = False


def issue_ticket(
    tx: Tx,
    *,
    office_id: int,
    services: Sequence[Wanted],
    language: str,
    persons: int = 1,
    priority: bool = False,
    step_free: bool = False,
    drawn_at: datetime | None = None,
    paper_serial: int | None = None,
    channel: WithoutAppointment = "on_site",
    remark: str | None = None,
    by_staff: bool = False,
) -> Issued:
    """Draw a ticket for somebody without an appointment.

    For kiosks as `locks.py` allows; staff may always, also with priority, for a request without a
    citizen (back_office, with a `remark`), or with time and number (`P017`) of paper given out in
    an outage. Raises unknown_service (404), what `locks.py` raises, not_together, cannot_serve,
    numbers_used_up, number_taken (409), too_many, before_opening, invalid_value (422).
    """
    office = current_directory(tx).office(office_id)
    allowed = _check_walk_in_for_staff if by_staff else _check_walk_in
    request = read_request(office, services, allowed)
    asked = tuple(Asked(offer.id, count) for offer, count in request.items)
    if not by_staff:
        locks.check_may_draw(tx, office, request)
    if not 1 <= persons <= MAX_COUNT:
        raise invalid("persons", "count")
    _check_step_free(office, asked, step_free=step_free)
    drawn = _read_drawn_at(tx, office, drawn_at, by_staff=by_staff)
    new = NewTicket(
        letter=_letter(office, asked, paper_serial),
        rank=rank_of_walk_in(drawn, priority=priority),
        drawn_at=drawn,
        language=language,
        services=asked,
        persons=persons,
        priority=priority,
        step_free=step_free,
        remark=remark,
        channel=channel,
        paper_serial=paper_serial,
    )
    issued = tell(tx, office, write_ticket(tx, office, new))
    if not by_staff:
        locks.check_not_full(office, request.offers, issued.wait, tx.now)
    return issued


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What is known of a ticket before it has a number."""

    letter: str
    rank: datetime
    drawn_at: datetime
    language: str
    services: tuple[Asked, ...]
    persons: int = 1
    priority: bool = False
    step_free: bool = False
    appointment_id: int | None = None
    appointment_start: datetime | None = None
    remark: str | None = None
    channel: Channel = "on_site"
    paper_serial: int | None = None


def _check_walk_in(offer: OfferInfo) -> None:
    if offer.online_only or offer.staff_only or not offer.walk_in:
        raise DomainError("not_walk_in", 409, {"service": offer.service.slug})


def _check_walk_in_for_staff(offer: OfferInfo) -> None:
    """A clerk may draw a number for everything that is done at a counter."""
    if offer.online_only:
        raise DomainError("not_walk_in", 409, {"service": offer.service.slug})


def _check_step_free(office: OfficeInfo, asked: tuple[Asked, ...], *, step_free: bool) -> None:
    """A ticket only for accessible counters needs one that can do it, or it would wait forever."""
    offers = frozenset(one.offer_id for one in asked)
    if step_free and not any(
        serves(counter, offers, step_free=True, only=None) for counter in office.counters
    ):
        raise DomainError("cannot_serve", 409)


def _read_drawn_at(
    tx: Tx, office: OfficeInfo, drawn_at: datetime | None, *, by_staff: bool
) -> datetime:
    if drawn_at is None:
        return tx.now
    if not by_staff or drawn_at > tx.now or local_day(drawn_at) != local_day(tx.now):
        raise invalid("drawn_at", "today_before_now")
    hours = day_spans(office, local_day(tx.now))
    if hours and drawn_at < hours[0].start:  # a slip of the pen would be called before everybody
        raise DomainError("before_opening", 422, {"opens": iso_text(hours[0].start)})
    return drawn_at


def _letter(office: OfficeInfo, asked: tuple[Asked, ...], paper_serial: int | None) -> str:
    """That of the first service; of paper, the one no service has."""
    if paper_serial is None:
        return office.offer(asked[0].offer_id).letter
    if not 1 <= paper_serial <= HIGHEST_SERIAL:
        raise invalid("paper", "paper")
    return PAPER_LETTER


def write_ticket(tx: Tx, office: OfficeInfo, new: NewTicket) -> TicketNow:
    """Draw the number and write the row; raises numbers_used_up, number_taken (409)."""
    day = local_day(tx.now)
    serial = new.paper_serial or _draw_serial(tx, office, day, new.letter)
    drawn = TicketNow(
        id=0,  # given by the table
        office_id=office.id,
        area_id=office.area_id,
        day=day,
        letter=new.letter,
        serial=serial,
        token=new_token(),
        status="waiting",
        rank=new.rank,
        drawn_at=new.drawn_at,
        language=new.language,
        services=new.services,
        persons=new.persons,
        priority=new.priority,
        step_free=new.step_free,
        channel=new.channel,
        paper=new.paper_serial is not None,
        appointment_id=new.appointment_id,
        appointment_start=new.appointment_start,
        remark=new.remark,
    )
    ticket = _insert(tx, drawn)
    event = TicketIssued(
        ticket_id=ticket.id,
        number=ticket.number,
        services=tuple(office.offer(one.offer_id).service.slug for one in new.services),
        channel=new.channel,
        paper=ticket.paper,
        persons=new.persons,
        rank=new.rank,
        appointment_id=new.appointment_id,
        appointment_start=new.appointment_start,
    )
    tx.emit(office.id, event)
    return ticket


def _insert(tx: Tx, drawn: TicketNow) -> TicketNow:
    """Whose number it is was decided when it was drawn; of paper, the unique constraint decides."""
    if not drawn.paper:
        return changes.insert_ticket(tx.conn, drawn)
    tx.lock_area(drawn.area_id)  # two offices that enter the same roll would wait for each other
    try:
        with savepoint(tx.conn):
            return changes.insert_ticket(tx.conn, drawn)
    except IntegrityError:
        raise DomainError("number_taken", 409, {"number": drawn.number}) from None


def _draw_serial(tx: Tx, office: OfficeInfo, day: date, letter: str) -> int:
    tx.lock_area(office.area_id)
    serial = changes.draw_serial(tx.conn, office.area_id, day, letter, HIGHEST_SERIAL)
    if serial is None:
        raise DomainError("numbers_used_up", 409, {"letter": letter})
    return serial


def tell(tx: Tx, office: OfficeInfo, ticket: TicketNow, *, late: bool = False) -> Issued:
    """The waiting ticket as its holder is told of it."""
    view = look_ahead(tx, office, ticket)
    return Issued(
        ticket.id, ticket.number, ticket.token, view.ahead, view.wait, ticket.office_id, late
    )

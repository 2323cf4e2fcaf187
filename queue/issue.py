"""Commands that bring somebody into the queue: drawing a ticket, checking in an appointment.

Run under the office's lock; the number is drawn under the waiting area's, because offices that
share an area draw from the same letters. A failed command leaves no hole in the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..booking import services as booking
from ..booking.rules import Wanted
from ..core.errors import DomainError, invalid, not_found
from ..core.formats import iso_text, local_day
from ..core.secrets import new_token
from ..core.tx import Tx
from ..office.directory import OfferInfo, OfficeInfo, current_directory
from ..office.rules import day_spans, goes_together, walk_in_until
from . import changes, store
from .events import TicketIssued, TicketReturned
from .outlook import look_ahead
from .ranges import Range
from .rules import (
    APPOINTMENT_LETTER,
    HIGHEST_SERIAL,
    is_late,
    rank_of_appointment,
    rank_of_walk_in,
    serves,
)
from .state import Asked, TicketNow
from .steps import take_step

MOST_SERVICES = 8
MOST_PERSONS = 20


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
    by_staff: bool = False,
) -> Issued:
    """Draw a ticket for somebody without an appointment.

    For kiosks in walk-in hours; staff may always, also with priority or with the time of a paper
    number. Raises unknown_service (404), not_walk_in, not_together, cannot_serve, office_closed,
    past_cutoff, numbers_used_up (409), too_many, invalid_value (422).
    """
    office = current_directory(tx).office(office_id)
    asked = _read_services(office, services, by_staff=by_staff)
    if not by_staff:
        _check_walk_in_hours(office, tx.now)
    if not 1 <= persons <= MOST_PERSONS:
        raise invalid("persons", "count")
    _check_step_free(office, asked, step_free=step_free)
    drawn = _read_drawn_at(tx, drawn_at, by_staff=by_staff)
    new = _NewTicket(
        letter=office.offer(asked[0].offer_id).letter,
        rank=rank_of_walk_in(drawn, priority=priority),
        drawn_at=drawn,
        language=language,
        services=asked,
        persons=persons,
        priority=priority,
        step_free=step_free,
    )
    return _answer(tx, office, _write_ticket(tx, office, new))


def check_in(
    tx: Tx,
    *,
    code: str | None = None,
    appointment_id: int | None = None,
    area_id: int | None = None,
    office_id: int | None = None,
    by_staff: bool = False,
) -> Issued:
    """Turn today's appointment into a ticket, at a kiosk of the area or by a clerk of an office.

    Must be run for the appointment's office. Accepted from the day's opening; somebody late until
    tickets stop, then with the time of check-in as rank. Who was marked as not there waits again.
    Raises unknown_code (404), other_day, wrong_place, office_closed, too_late (409), and
    already_checked_in (409, with the number).
    """
    found = _find_appointment(tx, code, appointment_id)
    directory = current_directory(tx)
    office = directory.office(found.office_id)
    _check_place(office, area_id=area_id, office_id=office_id)
    if local_day(found.start_at) != local_day(tx.now):
        raise DomainError("other_day", 409, {"start": iso_text(found.start_at)})
    known = store.find_by_appointment(tx.conn, found.id)
    if known is not None and known.status not in {"no_show"}:
        raise DomainError("already_checked_in", 409, {"number": known.number})
    if found.status not in {"confirmed", "no_show"}:
        raise not_found("unknown_code")
    late = is_late(found.start_at, tx.now, grace_minutes=office.grace_minutes)
    if not by_staff:
        _check_day_hours(office, tx.now, late=late)
    if known is not None:
        return _answer(tx, office, _come_after_all(tx, known), late=late)
    new = _NewTicket(
        letter=APPOINTMENT_LETTER,
        rank=rank_of_appointment(
            found.start_at,
            tx.now,
            head_start_minutes=office.head_start_minutes,
            grace_minutes=office.grace_minutes,
        ),
        drawn_at=tx.now,
        language=found.language,
        services=tuple(Asked(offer_id, count) for offer_id, count in found.offers),
        persons=found.persons,
        appointment_id=found.id,
        appointment_start=found.start_at,
    )
    booking.mark_checked_in(tx, appointment_id=found.id, late=late)
    return _answer(tx, office, _write_ticket(tx, office, new), late=late)


def _find_appointment(
    tx: Tx, code: str | None, appointment_id: int | None
) -> booking.AppointmentToday:
    if appointment_id is not None:
        return booking.get_for_check_in(tx, appointment_id=appointment_id)
    return booking.find_for_check_in(tx, code=code or "")


@dataclass(frozen=True, slots=True)
class _NewTicket:
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


def _read_services(
    office: OfficeInfo, services: Sequence[Wanted], *, by_staff: bool
) -> tuple[Asked, ...]:
    """The offers asked for; the same service named twice is counted together."""
    counts: dict[str, int] = {}
    for wanted in services:
        counts[wanted.slug] = counts.get(wanted.slug, 0) + wanted.count
    if not counts or len(counts) > MOST_SERVICES:
        raise DomainError("too_many", 422, {"max": MOST_SERVICES})
    offers = {slug: office.offer(slug) for slug in counts}
    for slug, offer in offers.items():
        _check_offer(offer, counts[slug], by_staff=by_staff)
    if not goes_together(office, [offer.id for offer in offers.values()]):
        raise DomainError("not_together", 409, {"services": list(counts)})
    return tuple(Asked(offer.id, counts[slug]) for slug, offer in offers.items())


def _check_offer(offer: OfferInfo, count: int, *, by_staff: bool) -> None:
    if offer.online_only or not (offer.walk_in or by_staff):
        raise DomainError("not_walk_in", 409, {"service": offer.service.slug})
    if not 1 <= count <= offer.max_count:
        raise DomainError("too_many", 422, {"service": offer.service.slug, "max": offer.max_count})


def _check_step_free(office: OfficeInfo, asked: tuple[Asked, ...], *, step_free: bool) -> None:
    """A ticket only for accessible counters needs one that can do it, or it would wait forever."""
    offers = frozenset(one.offer_id for one in asked)
    if step_free and not any(
        serves(counter, offers, step_free=True, only=None) for counter in office.counters
    ):
        raise DomainError("cannot_serve", 409)


def _read_drawn_at(tx: Tx, drawn_at: datetime | None, *, by_staff: bool) -> datetime:
    if drawn_at is None:
        return tx.now
    if not by_staff or drawn_at > tx.now or local_day(drawn_at) != local_day(tx.now):
        raise invalid("drawn_at", "today_before_now")
    return drawn_at


def _check_walk_in_hours(office: OfficeInfo, now: datetime) -> None:
    until = walk_in_until(office, now)
    if until is None:
        raise DomainError("office_closed", 409)
    if now >= until:
        raise DomainError("past_cutoff", 409)


def _check_place(office: OfficeInfo, *, area_id: int | None, office_id: int | None) -> None:
    """A kiosk takes appointments of all offices of its area, a clerk those of the own office."""
    if office.area_id != area_id and office.id != office_id:
        raise DomainError("wrong_place", 409, {"office": office.name, "street": office.street})


def _check_day_hours(office: OfficeInfo, now: datetime, *, late: bool) -> None:
    """From the day's first opening; who is late, only as long as tickets are given out."""
    spans = day_spans(office, local_day(now))
    if not spans or now < spans[0].start:
        raise DomainError("office_closed", 409)
    if late and now >= spans[-1].end - timedelta(minutes=office.cutoff_minutes):
        raise DomainError("too_late", 409)


def _write_ticket(tx: Tx, office: OfficeInfo, new: _NewTicket) -> TicketNow:
    day = local_day(tx.now)
    serial = _draw_serial(tx, office, day, new.letter)
    values: dict[str, object] = {
        "office_id": office.id,
        "area_id": office.area_id,
        "day": day,
        "letter": new.letter,
        "serial": serial,
        "token": new_token(),
        "status": "waiting",
        "rank": new.rank,
        "drawn_at": new.drawn_at,
        "language": new.language,
        "persons": new.persons,
        "priority": new.priority,
        "step_free": new.step_free,
        "appointment_id": new.appointment_id,
        "appointment_start": new.appointment_start,
        "delays": 0,
        "calls": 0,
        "closed_by_system": False,
        "version": 1,
    }
    ticket_id = changes.insert_ticket(tx.conn, values, new.services)
    ticket = TicketNow(id=ticket_id, services=new.services, **values)  # pyright: ignore[reportArgumentType]
    event = TicketIssued(
        ticket_id=ticket_id,
        number=ticket.number,
        services=tuple(office.offer(one.offer_id).service.slug for one in new.services),
        persons=new.persons,
        rank=new.rank,
        appointment_id=new.appointment_id,
        appointment_start=new.appointment_start,
    )
    tx.emit(office.id, event)
    return ticket


def _draw_serial(tx: Tx, office: OfficeInfo, day: date, letter: str) -> int:
    tx.lock_area(office.area_id)
    serial = changes.draw_serial(tx.conn, office.area_id, day, letter, HIGHEST_SERIAL)
    if serial is None:
        raise DomainError("numbers_used_up", 409, {"letter": letter})
    return serial


def _come_after_all(tx: Tx, known: TicketNow) -> TicketNow:
    waits = replace(known, counter_id=None, called_at=None, started_at=None, finished_at=None)
    written = take_step(tx, "return", known, waits)
    tx.emit(known.office_id, TicketReturned(ticket_id=known.id, number=known.number))
    return written


def _answer(tx: Tx, office: OfficeInfo, ticket: TicketNow, *, late: bool = False) -> Issued:
    view = look_ahead(tx, office, ticket)
    return Issued(
        ticket.id, ticket.number, ticket.token, view.ahead, view.wait, ticket.office_id, late
    )

"""Correcting a ticket at a counter: what it is for, whose appointment it is, its place in line.

Number and place stay unless said otherwise. Run under the lock of the ticket's office. A step that
does not fit the ticket's state raises wrong_state (409), a foreign ticket unknown_ticket (404).
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from ...booking import services as booking
from ...booking.rules import MAX_COUNT, Wanted, read_request
from ...booking.services import AppointmentToday
from ...core.errors import DomainError, invalid, not_found, wrong_state
from ...core.formats import iso_text, local_day
from ...core.tx import Tx
from ...office.directory import OfferInfo, OfficeInfo, current_directory
from .. import changes, store
from ..events import TicketChanged, TicketJoined, TicketRanked
from ..rules import after, is_late, rank_of_appointment, rank_with_place, rank_with_priority, serves
from ..state import Asked, TicketNow
from .rendered import slugs, to_do, with_to_do
from .steps import Desk, Taken, desk_of, remember, take_step, ticket_of_today


def change_services(
    tx: Tx,
    *,
    counter_id: int,
    ticket_id: int,
    services: Collection[Wanted],
    persons: int | None = None,
) -> TicketNow:
    """What somebody really needs: to do instead of what was left; number and rank stay.

    Raises unknown_service (404), not_together, not_walk_in for something done only online, and
    cannot_serve (409) when no counter of the office can do it all; too_many, invalid_value (422).
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_of_today(tx, desk, ticket_id)
    after("change", ticket.status)
    _check_place(desk, ticket)
    if persons is not None and not 1 <= persons <= MAX_COUNT:
        raise invalid("persons", "count")
    request = read_request(desk.office, tuple(services), check_for_staff)
    wanted = [Asked(offer.id, count) for offer, count in request.items]
    changed = replace(
        ticket,
        services=with_to_do(ticket.services, wanted),
        persons=ticket.persons if persons is None else persons,
    )
    return _change(tx, desk, ticket, _callable(desk.office, changed))


def join_appointment(tx: Tx, *, counter_id: int, ticket_id: int, appointment_id: int) -> TicketNow:
    """A drawn ticket is that of today's appointment after all: one number, the better rank.

    The appointment is checked in, as of when the ticket was drawn, and what it is for is to do as
    well. Undone, it is not checked in any more. Raises unknown_appointment (404), other_day,
    wrong_place for another office's, already_checked_in (with the number), wrong_state for a
    ticket that has an appointment, and cannot_serve (409) when no counter can do both together.
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_of_today(tx, desk, ticket_id)
    after("join", ticket.status)
    _check_place(desk, ticket)
    found = booking.get_for_check_in(tx, appointment_id=appointment_id)
    _check_join(tx, desk.office, ticket, found)
    office, drawn = desk.office, ticket.drawn_at
    late = is_late(found.start_at, drawn, grace_minutes=office.grace_minutes)
    joined = replace(
        ticket,
        appointment_id=found.id,
        appointment_start=found.start_at,
        rank=_better_rank(office, ticket, found.start_at),
        persons=max(ticket.persons, found.persons),
        services=_together(ticket, found),
    )
    written = take_step(tx, "join", ticket, _callable(office, joined))
    booking.mark_checked_in(tx, appointment_id=found.id, late=late)
    remark = _both_said(ticket.remark, found.note)
    if remark != ticket.remark:
        changes.set_remark(tx.conn, ticket.id, remark)
        written = replace(written, remark=remark)
    remember(tx, desk, Taken("join", ticket, written))
    event = TicketJoined(
        ticket_id=ticket.id,
        number=ticket.number,
        counter_id=desk.counter.id,
        appointment_id=found.id,
        rank=written.rank,
    )
    tx.emit(office.id, event)
    return written


def restore_place(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """Give somebody late the place of the appointment back.

    Raises not_late (409) for who has no appointment, or never lost the place.
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_of_today(tx, desk, ticket_id)
    after("rank", ticket.status)
    start, head_start = ticket.appointment_start, desk.office.head_start_minutes
    rank = start and rank_with_place(
        start, ticket.rank, head_start_minutes=head_start, priority=ticket.priority
    )
    if rank is None:
        raise DomainError("not_late", 409)
    return _rank(tx, desk, ticket, replace(ticket, rank=rank))


def set_priority(tx: Tx, *, counter_id: int, ticket_id: int, priority: bool) -> TicketNow:
    """Somebody is urgent, or is not any more; said again it changes nothing."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_of_today(tx, desk, ticket_id)
    after("rank", ticket.status)
    if ticket.priority == priority:
        return ticket
    rank = rank_with_priority(ticket.rank, was=ticket.priority, priority=priority)
    return _rank(tx, desk, ticket, replace(ticket, rank=rank, priority=priority))


def check_for_staff(offer: OfferInfo) -> None:
    """Raises not_walk_in (409) for what is done only online; a clerk may add everything else."""
    if offer.online_only:
        raise DomainError("not_walk_in", 409, {"service": offer.service.slug})


def _change(tx: Tx, desk: Desk, ticket: TicketNow, changed: TicketNow) -> TicketNow:
    written = take_step(tx, "change", ticket, changed)
    remember(tx, desk, Taken("change", ticket, written))
    offers = (desk.office.offer(one.offer_id) for one in to_do(written.services))
    event = TicketChanged(
        ticket_id=ticket.id,
        number=ticket.number,
        counter_id=desk.counter.id,
        services=slugs(offers),
        persons=written.persons,
    )
    tx.emit(desk.office.id, event)
    return written


def _rank(tx: Tx, desk: Desk, ticket: TicketNow, changed: TicketNow) -> TicketNow:
    written = take_step(tx, "rank", ticket, changed)
    remember(tx, desk, Taken("rank", ticket, written))
    event = TicketRanked(
        ticket_id=ticket.id,
        number=ticket.number,
        counter_id=desk.counter.id,
        rank=written.rank,
        priority=written.priority,
    )
    tx.emit(desk.office.id, event)
    return written


def _check_place(desk: Desk, ticket: TicketNow) -> None:
    """A ticket at another counter is that counter's."""
    if ticket.counter_id not in {None, desk.counter.id}:
        raise wrong_state(ticket.status)


def _callable(office: OfficeInfo, ticket: TicketNow) -> TicketNow:
    """The ticket, kept for its counter only if that can do it; raises cannot_serve (409)."""
    able = {
        counter.id
        for counter in office.counters
        if serves(counter, ticket.offers, step_free=ticket.step_free, only=None)
    }
    if not able:
        raise DomainError("cannot_serve", 409)
    kept = ticket.reserved_counter_id if ticket.reserved_counter_id in able else None
    return replace(ticket, reserved_counter_id=kept)


def _check_join(tx: Tx, office: OfficeInfo, ticket: TicketNow, found: AppointmentToday) -> None:
    if ticket.appointment_id is not None:
        raise wrong_state(ticket.status)
    if found.office_id != office.id:
        there = current_directory(tx).office(found.office_id)
        raise DomainError("wrong_place", 409, {"office": there.name, "street": there.street})
    if local_day(found.start_at) != local_day(tx.now):
        raise DomainError("other_day", 409, {"start": iso_text(found.start_at)})
    known = store.find_by_appointment(tx.conn, found.id)
    if known is not None:
        raise DomainError("already_checked_in", 409, {"number": known.number})
    if found.status not in {"confirmed", "no_show"}:
        raise not_found("unknown_appointment")


def _better_rank(office: OfficeInfo, ticket: TicketNow, start: datetime) -> datetime:
    """That of the number or of the appointment; somebody urgent stays so with either."""
    of_number = rank_with_priority(ticket.rank, was=ticket.priority, priority=False)
    of_appointment = rank_of_appointment(
        start,
        ticket.drawn_at,
        head_start_minutes=office.head_start_minutes,
        grace_minutes=office.grace_minutes,
    )
    better = min(of_number, of_appointment)
    return rank_with_priority(better, was=False, priority=ticket.priority)


def _both_said(here: str | None, when_booking: str | None) -> str | None:
    """What was said here, then what was said when booking; the same words once."""
    said = dict.fromkeys(text for text in (here, when_booking) if text)
    return " · ".join(said) or None


def _together(ticket: TicketNow, found: AppointmentToday) -> tuple[Asked, ...]:
    """What was done, what the ticket is for, and what the appointment is for; of the same service
    the larger count, for it was said twice."""
    wanted = {one.offer_id: one for one in to_do(ticket.services)}
    done = {one.offer_id for one in ticket.services} - wanted.keys()
    for offer_id, count in found.offers:
        if offer_id in done:
            continue
        known = wanted.get(offer_id)
        wanted[offer_id] = Asked(offer_id, count if known is None else max(count, known.count))
    return with_to_do(ticket.services, wanted.values())

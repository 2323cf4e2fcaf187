"""Checking in: today's appointment becomes a ticket, or waits again under the number it had."""

from dataclasses import replace
from datetime import datetime, timedelta

from ...booking import services as booking
from ...booking.services import AppointmentToday
from ...booking.store import get_appointment
from ...core.errors import DomainError, not_found
from ...core.formats import iso_text, local_day
from ...core.tx import Tx
from ...office.directory import OfficeInfo, current_directory
from ...office.rules import day_spans
from .. import store
from ..counter.steps import away, take_step
from ..events import TicketReturned
from ..rules import (
    APPOINTMENT_LETTER,
    TRANSITIONS,
    is_late,
    rank_of_appointment,
    rank_with_priority,
)
from ..state import Asked, Channel, TicketNow
from .issue import Issued, NewTicket, tell, write_ticket
from .locks import is_closed_early


def check_in(
    tx: Tx,
    *,
    area_id: int,
    code: str | None = None,
    appointment_id: int | None = None,
    by_staff: bool = False,
) -> Issued:
    """Turn today's appointment into a ticket, at a kiosk or a counter of its waiting area.

    Must be run for the appointment's office, and for that of its ticket when there is one already
    (`store.find_offices_of_appointment`). Accepted from the day's opening; somebody late until
    tickets stop, then with the time of check-in as rank. Who was marked as not there waits again
    with the rank there was, who had left with the rank of this check-in. A code is shown by
    somebody who is here, whatever way was agreed; a clerk who names the appointment by phone or
    video begins it early. After an early closing only who had a number comes back, or whom staff
    check in; who got another appointment instead is told its time, as other_day. Raises
    unknown_code, unknown_appointment (404), other_day, wrong_place, office_closed, too_late,
    closed_early (409), and already_checked_in (409, with the number).
    """
    found = _find_appointment(tx, code, appointment_id)
    office = current_directory(tx).office(found.office_id)
    _check_place(office, area_id)
    if local_day(found.start_at) != local_day(tx.now):
        raise DomainError("other_day", 409, {"start": iso_text(found.start_at)})
    known = store.find_by_appointment(tx.conn, found.id)
    _check_state(tx, found, known)
    late = is_late(found.start_at, tx.now, grace_minutes=office.grace_minutes)
    if not by_staff:
        _check_day_hours(office, tx.now, late=late)
        if known is None and is_closed_early(tx, office):
            raise DomainError("closed_early", 409)
    if known is None:
        booking.mark_checked_in(tx, appointment_id=found.id, late=late)
        channel = "on_site" if appointment_id is None else found.channel
        ticket = _write_ticket(tx, office, found, channel)
        return tell(tx, office, ticket, late=late)
    there = current_directory(tx).office(known.office_id)
    return tell(tx, there, _wait_again(tx, office, known), late=late)


def _find_appointment(tx: Tx, code: str | None, appointment_id: int | None) -> AppointmentToday:
    if appointment_id is not None:
        return booking.get_for_check_in(tx, appointment_id=appointment_id)
    return booking.find_for_check_in(tx, code=code or "")


def _check_place(office: OfficeInfo, area_id: int) -> None:
    """An appointment is good in the whole waiting area of its office, and nowhere else."""
    if office.area_id != area_id:
        raise DomainError("wrong_place", 409, {"office": office.name, "street": office.street})


def _check_state(tx: Tx, found: AppointmentToday, known: TicketNow | None) -> None:
    """Somebody who is here already, or whose visit is over, is told the number; who got another
    appointment when the office closed early, when that is."""
    if known is None and found.status not in {"confirmed", "no_show"}:
        raise not_found("unknown_code")
    if known is not None and known.status not in {"no_show", *TRANSITIONS["come_back"]}:
        raise DomainError("already_checked_in", 409, {"number": known.number})
    if known is not None and known.rebooked_id is not None:
        raise _given_instead(tx, known.rebooked_id)


def _given_instead(tx: Tx, appointment_id: int) -> DomainError:
    """This one was called off: the other tells when to come, while it stands and is not today."""
    given = get_appointment(tx.conn, appointment_id)
    if (
        given is None
        or given.status != "confirmed"
        or local_day(given.start_at) == local_day(tx.now)
    ):
        return not_found("unknown_code")
    return DomainError("other_day", 409, {"start": iso_text(given.start_at)})


def _check_day_hours(office: OfficeInfo, now: datetime, *, late: bool) -> None:
    """From the day's first opening; who is late, only as long as tickets are given out."""
    spans = day_spans(office, local_day(now))
    if not spans or now < spans[0].start:
        raise DomainError("office_closed", 409)
    closes = max(span.end for span in spans)
    if late and now >= closes - timedelta(minutes=office.cutoff_minutes):
        raise DomainError("too_late", 409)


def _write_ticket(
    tx: Tx, office: OfficeInfo, found: AppointmentToday, channel: Channel
) -> TicketNow:
    new = NewTicket(
        letter=APPOINTMENT_LETTER,
        rank=_rank_now(tx, office, found.start_at),
        drawn_at=tx.now,
        language=found.language,
        services=tuple(Asked(offer_id, count) for offer_id, count in found.offers),
        persons=found.persons,
        channel=channel,
        appointment_id=found.id,
        appointment_start=found.start_at,
        remark=found.note,
    )
    return write_ticket(tx, office, new)


def _rank_now(tx: Tx, office: OfficeInfo, start: datetime) -> datetime:
    return rank_of_appointment(
        start,
        tx.now,
        head_start_minutes=office.head_start_minutes,
        grace_minutes=office.grace_minutes,
    )


def _wait_again(tx: Tx, office: OfficeInfo, known: TicketNow) -> TicketNow:
    """Who was missed keeps the rank; who left stood aside, and counts from this check-in on."""
    step, rank = "return", known.rank
    if known.status != "no_show":
        step, rank = "come_back", _rank_now(tx, office, known.appointment_start or tx.now)
        rank = rank_with_priority(rank, was=False, priority=known.priority)
    waits = replace(
        away(known),
        rank=rank,
        reserved_counter_id=None,
        not_before=None,
        parked_reason=None,
        finished_at=None,
        discard_id=None,
    )
    written = take_step(tx, step, known, waits)
    tx.emit(known.office_id, TicketReturned(ticket_id=known.id, number=known.number))
    return written

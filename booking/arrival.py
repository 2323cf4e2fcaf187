"""Commands of the day of the visit. The queue calls them in its own transactions: an appointment
follows its ticket. No mail is sent from here.
"""

from dataclasses import dataclass
from datetime import datetime

from ..core.errors import not_found, wrong_state
from ..core.events import Event
from ..core.formats import day_start, local_day
from ..core.tx import Tx
from ..office.directory import current_directory
from ..office.infos import Channel, OfficeInfo
from . import place_store, store
from .events import (
    AppointmentAttended,
    AppointmentCancelled,
    AppointmentCheckedIn,
    AppointmentMissed,
    CheckInUndone,
)
from .rules import check_transition, read_code
from .store import Booked

_ENDED_BY_TICKET = frozenset({"attended", "no_show", "cancelled"})


@dataclass(frozen=True, slots=True)
class AppointmentToday:
    """What the queue needs to make a ticket of an appointment; `offers` is (offer, count).

    `note` is for the counter: the remark, and what was answered to the office's questions.
    """

    id: int
    office_id: int
    start_at: datetime
    end_at: datetime
    status: str
    offers: tuple[tuple[int, int], ...]
    language: str
    persons: int
    channel: Channel = "on_site"
    note: str | None = None


def find_for_check_in(tx: Tx, *, code: str) -> AppointmentToday:
    """The appointment behind a reference as typed, or behind the text of its QR code.

    Of any day, office and state: what of that is wrong, the queue says. Raises unknown_code (404).
    """
    reference = read_code(code)
    booked = store.find_appointment(tx.conn, reference) if reference else None
    if booked is None:
        raise not_found("unknown_code")
    return _today(tx, booked)


def get_for_check_in(tx: Tx, *, appointment_id: int) -> AppointmentToday:
    """The same by number, for clerks who see the list. Raises unknown_appointment."""
    return _today(tx, _load(tx, appointment_id))


def mark_checked_in(tx: Tx, *, appointment_id: int, late: bool) -> None:
    """The citizen is here: confirmed, or missed and came after all. Raises wrong_state."""
    _step(
        tx,
        appointment_id,
        "checked_in",
        AppointmentCheckedIn(appointment_id=appointment_id, late=late),
    )


def undo_check_in(tx: Tx, *, appointment_id: int) -> None:
    """The check-in was a mistake. Raises wrong_state."""
    _step(tx, appointment_id, "confirmed", CheckInUndone(appointment_id=appointment_id))


def mark_attended(tx: Tx, *, appointment_id: int) -> None:
    """The visit is over. Raises wrong_state."""
    _step(tx, appointment_id, "attended", AppointmentAttended(appointment_id=appointment_id))


def mark_no_show(tx: Tx, *, appointment_id: int) -> None:
    """Called and did not come, or did not come all day. Raises wrong_state."""
    _step(tx, appointment_id, "no_show", AppointmentMissed(appointment_id=appointment_id))


def mark_cancelled_at_office(
    tx: Tx, *, appointment_id: int, kept_until: datetime | None = None
) -> None:
    """The ticket was discarded or its holder left. Raises wrong_state.

    Contact data stay until retention takes them, so that the step can be undone; the places are
    freed, at `kept_until` where somebody may think again until then.
    """
    booked = _load(tx, appointment_id)
    _step(
        tx,
        appointment_id,
        "cancelled",
        AppointmentCancelled(appointment_id=appointment_id, start=booked.start_at),
    )
    if kept_until is None:
        place_store.free_all_places(tx.conn, appointment_id)
    else:
        place_store.keep_places_until(tx.conn, appointment_id, kept_until)


def restore_check_in(tx: Tx, *, appointment_id: int) -> None:
    """A ticket's last step was undone, or a finished one came back: checked in as before, with
    the places that are still kept.

    Not a step of the appointment itself and so not in its table; only from what a ticket can have
    ended it with. Raises wrong_state for anything else.
    """
    booked = _load(tx, appointment_id)
    if booked.status not in _ENDED_BY_TICKET:
        raise wrong_state(booked.status)
    _write(
        tx,
        booked,
        "checked_in",
        AppointmentCheckedIn(appointment_id=appointment_id, late=booked.start_at < tx.now),
    )
    place_store.keep_for_good(tx.conn, appointment_id, tx.now)


def mark_missed(tx: Tx, *, office_id: int) -> int:
    """At the end of the day: who never came is a no-show. Returns how many they are."""
    missed = store.still_open(tx.conn, office_id, day_start(local_day(tx.now)))
    for appointment_id in missed:
        mark_no_show(tx, appointment_id=appointment_id)
    return len(missed)


def _today(tx: Tx, booked: Booked) -> AppointmentToday:
    offers = store.services_of(tx.conn, booked.id)
    return AppointmentToday(
        id=booked.id,
        office_id=booked.office_id,
        start_at=booked.start_at,
        end_at=booked.end_at,
        status=booked.status,
        offers=offers,
        language=booked.language,
        persons=max((count for _, count in offers), default=1),
        channel=booked.channel,
        note=_note(current_directory(tx).office(booked.office_id), booked),
    )


def _note(office: OfficeInfo, booked: Booked) -> str | None:
    answered = zip(office.questions, booked.answers or (), strict=False)
    said = [f"{question.label} {answer}" for question, answer in answered if answer]
    return " · ".join([*([booked.remark] if booked.remark else []), *said]) or None


def _load(tx: Tx, appointment_id: int) -> Booked:
    booked = store.get_appointment(tx.conn, appointment_id)
    if booked is None:
        raise not_found("unknown_appointment")
    return booked


def _step(tx: Tx, appointment_id: int, to: str, event: Event) -> None:
    booked = _load(tx, appointment_id)
    check_transition(booked.status, to)
    _write(tx, booked, to, event)


def _write(tx: Tx, booked: Booked, to: str, event: Event) -> None:
    if not store.change_status(tx.conn, booked.id, tx.now, (booked.status, to)):
        raise wrong_state(booked.status)
    tx.emit(booked.office_id, event)

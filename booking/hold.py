"""Commands from the first choice of a time to the confirmed appointment.

Moving, cancelling and expiring stand in `change.py`, the visit itself in `arrival.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..core.errors import DomainError, wrong_state
from ..core.formats import local_day
from ..core.secrets import is_same, new_token, token_hash
from ..core.tx import Tx
from ..office.directory import current_directory
from ..office.infos import Channel, OfficeInfo
from . import place_store, store
from .capacity import check_start, plans
from .cells import cells_of
from .day_plan import DayPlan
from .events import (
    AppointmentConfirmed,
    AppointmentHeld,
    EmailConfirmationAsked,
    HoldExtended,
)
from .lookup import Held, check_alive, held_of, load, slugs_of
from .mails import Post, ask_for_confirmation, send_confirmation
from .places import choose_places, refuse_taken, slots_of, take_places
from .rules import (
    EMAIL_MINUTES,
    MAX_EXTENSIONS,
    TEMPORARY,
    Contact,
    Request,
    Wanted,
    check_contact,
    check_residents,
    held_until,
    new_reference,
    read_request,
)
from .store import Booked


def hold_slot(
    tx: Tx,
    *,
    office_id: int,
    start: datetime,
    services: Sequence[Wanted],
    language: str,
    contact: Contact | None = None,
    resident_of: int | None = None,
    channel: Channel = "on_site",
    by_staff: bool = False,
    post: Post | None = None,
) -> Held:
    """Take a time. With a contact it is confirmed at once, or awaits the e-mail's link.

    Anybody may call it; staff are free of lead time, horizon and the e-mail's confirmation.
    Guarantees one place in every pool and cell the visit needs, or nothing at all. Raises
    unknown_office, what `read_request`, `check_residents`, `check_contact` and `check_start`
    raise, and slot_taken (409) with up to five `alternatives`.
    """
    office = current_directory(tx).office(office_id)
    request = _read_wish(office, services, resident_of, None if by_staff else contact)
    plan = plans.plan(office, local_day(start))
    check_start(office, plan, request, start, tx.now, public=not by_staff)
    status, until = _first_state(office, contact, tx.now, by_staff=by_staff)
    code = new_token() if status == "awaiting_email" else None
    draft = Booked(
        id=0,
        office_id=office.id,
        reference=new_reference(),
        status=status,
        start_at=start,
        end_at=start + timedelta(minutes=request.minutes),
        held_until=until,
        language=language,
        created_at=tx.now,
        source="staff" if by_staff else "online",
        resident_of=resident_of,
        channel=channel,
        mail_code_hash=token_hash(code) if code else None,
    )
    booked = _write(tx, office, plan, request, _with(draft, contact), public=not by_staff)
    if booked.held_until is not None:
        tx.emit(office.id, _held_event(booked, booked.held_until, request.slugs))
    _tell(tx, office, booked, request.slugs, post, code)
    return held_of(booked)


def set_contact(tx: Tx, *, reference: str, contact: Contact, post: Post | None = None) -> Held:
    """Say who comes: a held appointment is confirmed, or awaits the e-mail's link.

    Called by the holder. While the link is awaited the contact may be corrected; the link goes out
    again and only the newest works. Guarded by the hold's end. Raises unknown_appointment,
    contact_required, hold_expired, wrong_state.
    """
    booked = load(tx, reference)
    check_alive(tx, booked)
    if booked.status not in TEMPORARY:
        raise wrong_state(booked.status)
    office = current_directory(tx).office(booked.office_id)
    check_contact(office, contact)
    to, until = _first_state(office, contact, tx.now, by_staff=False)
    code = new_token() if to == "awaiting_email" else None
    if to == booked.status:
        until = booked.held_until
    _step(tx, booked, to, until)
    code_hash = token_hash(code) if code else None
    booked = _with(replace(booked, status=to, held_until=until, mail_code_hash=code_hash), contact)
    store.set_contact(tx.conn, booked)
    _tell(tx, office, booked, slugs_of(tx, office, booked), post, code)
    return held_of(booked)


def confirm_email(tx: Tx, *, reference: str, code: str, post: Post | None = None) -> Held:
    """Follow the link of the confirmation mail. A second time it changes nothing.

    Called by whoever has the code. Guarded by the hold's end. Raises unknown_appointment,
    wrong_code (403), hold_expired, wrong_state.
    """
    booked = load(tx, reference)
    if booked.mail_code_hash is None or not is_same(token_hash(code), booked.mail_code_hash):
        raise DomainError("wrong_code", 403)
    if booked.status == "confirmed":
        return held_of(booked)
    check_alive(tx, booked)
    if booked.status != "awaiting_email":
        raise wrong_state(booked.status)
    office = current_directory(tx).office(booked.office_id)
    _step(tx, booked, "confirmed", None)
    booked = replace(booked, status="confirmed", held_until=None)
    _tell(tx, office, booked, slugs_of(tx, office, booked), post, None)
    return held_of(booked)


def extend_hold(tx: Tx, *, reference: str) -> Held:
    """Begin the hold's time anew, ten times at most (WCAG 2.2, 2.2.1).

    Called by the holder. Raises unknown_appointment, hold_expired, wrong_state, too_many (422).
    """
    booked = load(tx, reference)
    check_alive(tx, booked)
    if booked.status != "held":
        raise wrong_state(booked.status)
    if booked.extensions >= MAX_EXTENSIONS:
        raise DomainError("too_many", 422, {"max": MAX_EXTENSIONS})
    until = held_until(current_directory(tx).office(booked.office_id), tx.now)
    if not store.extend(tx.conn, booked.id, tx.now, until):
        raise DomainError("hold_expired", 409)
    place_store.keep_places_until(tx.conn, booked.id, until)
    tx.emit(booked.office_id, HoldExtended(appointment_id=booked.id, held_until=until))
    return held_of(replace(booked, held_until=until))


def _read_wish(
    office: OfficeInfo,
    services: Sequence[Wanted],
    resident_of: int | None,
    contact: Contact | None,
) -> Request:
    """What is wanted, by somebody whom the office does it for, with a contact that suffices."""
    request = read_request(office, services)
    check_residents(request, resident_of)
    if contact is not None:
        check_contact(office, contact)
    return request


def _first_state(
    office: OfficeInfo, contact: Contact | None, now: datetime, *, by_staff: bool
) -> tuple[str, datetime | None]:
    """Status and end of the hold, by what is known so far."""
    if contact is None:
        return "held", held_until(office, now)
    if office.confirm_by_email and not by_staff:
        return "awaiting_email", now + timedelta(minutes=EMAIL_MINUTES)
    return "confirmed", None


def _write(
    tx: Tx, office: OfficeInfo, plan: DayPlan, request: Request, draft: Booked, *, public: bool
) -> Booked:
    """Write the appointment with its services and places, or raise slot_taken."""
    wanted = slots_of(request.pools, cells_of(draft.start_at, request.minutes))
    chosen = choose_places(tx, office, plan, wanted, public=public)
    if chosen is None:
        refuse_taken(tx, office, request, draft.start_at, public=public)
    booked = replace(draft, id=store.insert_appointment(tx.conn, draft))
    items = [(offer.id, count) for offer, count in request.items]
    store.insert_services(tx.conn, booked.id, items)
    if not take_places(
        tx,
        office,
        plan,
        chosen,
        appointment_id=booked.id,
        until=booked.held_until,
        public=public,
    ):
        refuse_taken(tx, office, request, draft.start_at, public=public)
    return booked


def _step(tx: Tx, booked: Booked, to: str, until: datetime | None) -> None:
    if not store.change_status(tx.conn, booked.id, tx.now, (booked.status, to), until):
        raise DomainError("hold_expired", 409)
    place_store.keep_places_until(tx.conn, booked.id, until)


def _tell(
    tx: Tx,
    office: OfficeInfo,
    booked: Booked,
    slugs: tuple[str, ...],
    post: Post | None,
    code: str | None,
) -> None:
    """Say what the appointment has become: to the log, and by mail."""
    if booked.status == "confirmed":
        tx.emit(
            office.id,
            AppointmentConfirmed(appointment_id=booked.id, start=booked.start_at, services=slugs),
        )
        send_confirmation(tx, post, office, booked)
        return
    if code is not None and booked.held_until is not None:
        tx.emit(
            office.id,
            EmailConfirmationAsked(appointment_id=booked.id, held_until=booked.held_until),
        )
        ask_for_confirmation(tx, post, office, booked, code)


def _held_event(booked: Booked, until: datetime, slugs: tuple[str, ...]) -> AppointmentHeld:
    return AppointmentHeld(
        appointment_id=booked.id,
        start=booked.start_at,
        end=booked.end_at,
        held_until=until,
        services=slugs,
    )


def _with(booked: Booked, contact: Contact | None) -> Booked:
    """The same with who comes."""
    if contact is None:
        return booked
    return replace(
        booked,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        remark=contact.remark,
        answers=list(contact.answers) or None,
    )

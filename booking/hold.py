"""Commands that take a time and keep it for a while.

What makes it an appointment stands in `confirming.py`; moving, cancelling and expiring in
`change.py`, the visit itself in `arrival.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..core.errors import DomainError, wrong_state
from ..core.formats import local_day
from ..core.secrets import new_token, token_hash
from ..core.tx import Tx
from ..office.directory import current_directory
from ..office.infos import Channel, OfficeInfo
from . import place_store, store
from .capacity import check_start, plans
from .cells import cells_of
from .confirming import check_citizen, first_state, tell, with_contact
from .day_plan import DayPlan
from .events import AppointmentHeld, HoldExtended
from .freeing import hand_on_lapsed
from .guard.proof import FULL_TRUST, Trust
from .lookup import Held, check_alive, held_of, load
from .mails.sending import Post
from .places import choose_places, refuse_taken, slots_of, take_places
from .rules import (
    MAX_EXTENSIONS,
    Contact,
    Request,
    Wanted,
    check_bookable,
    check_bookable_by_staff,
    check_channel,
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
    trust: Trust = FULL_TRUST,
    post: Post | None = None,
) -> Held:
    """Take a time. With a contact it is confirmed at once, or awaits the e-mail's link.

    Anybody may call it; staff are free of lead time, horizon, limits, the e-mail's confirmation and
    everything a contact must have. Guarantees one place in every pool and cell the visit needs, or
    nothing at all. Raises unknown_office, what `read_request`, `check_residents`, `check_channel`,
    `check_contact`, `check_start`, `check_limits` and `spend_proof` raise, and slot_taken (409)
    with up to five `alternatives`.
    """
    office = current_directory(tx).office(office_id)
    request = _read_wish(office, services, resident_of, channel, by_staff=by_staff)
    plan = plans.plan(office, local_day(start))
    check_start(office, plan, request, start, tx.now, public=not by_staff)
    status, until = first_state(office, contact, trust, tx.now, by_staff=by_staff)
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
    if contact is not None:
        draft = with_contact(draft, contact)
        if not by_staff:
            check_citizen(tx, office, draft, contact, trust)
    booked = _write(tx, office, plan, request, draft, post, public=not by_staff)
    tell(tx, office, booked, request.slugs, post, code)
    return held_of(booked)


def _read_wish(
    office: OfficeInfo,
    services: Sequence[Wanted],
    resident_of: int | None,
    channel: Channel,
    *,
    by_staff: bool,
) -> Request:
    """What is wanted, by somebody the office does it for, in a way it is done."""
    allowed = check_bookable_by_staff if by_staff else check_bookable
    request = read_request(office, services, allowed)
    check_residents(request, resident_of)
    check_channel(request, channel)
    return request


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


def _write(
    tx: Tx,
    office: OfficeInfo,
    plan: DayPlan,
    request: Request,
    draft: Booked,
    post: Post | None,
    *,
    public: bool,
) -> Booked:
    """Write the appointment with its services and places, held or booked, or raise slot_taken."""
    hand_on_lapsed(tx, post, office)
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
    if booked.held_until is not None:
        tx.emit(office.id, _held_event(booked, booked.held_until, request.slugs))
    return booked


def _held_event(booked: Booked, until: datetime, slugs: tuple[str, ...]) -> AppointmentHeld:
    return AppointmentHeld(
        appointment_id=booked.id,
        start=booked.start_at,
        end=booked.end_at,
        held_until=until,
        services=slugs,
    )

"""The commands of the waiting list: wait, wait no longer, tidy up.

Answering an offer stands in `waiting/answering.py`, how offers are made in `waiting/offers.py`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from ...core.errors import DomainError, not_found
from ...core.formats import local_day
from ...core.tx import Tx
from ...office.directory import current_directory
from ...office.infos import Channel, OfficeInfo
from .. import store
from ..events import WaitingBegan
from ..freeing import free_places_of
from ..guard.limits import email_key, spend_proof
from ..guard.proof import FULL_TRUST, Trust
from ..lookup import load
from ..mails.sending import Post
from ..rules import (
    Contact,
    Wanted,
    check_channel,
    check_contact,
    check_residents,
    new_reference,
    read_request,
)
from ..store import Booked
from . import store as waiting_store
from .mails import ask_to_confirm
from .offers import end_entry, lapse_offers
from .prospects import Prospects
from .rules import MAX_DAYS, MAX_ENTRIES, Window
from .store import Entry


def join_waiting_list(
    tx: Tx, *, reference: str, window: Window, language: str, email: str | None = None
) -> Entry:
    """Wait for something earlier than an appointment; who waits already changes the window.

    Called by the holder. Who changes it keeps the place in the line. Raises unknown_appointment,
    no_waiting_list, wrong_state (only what is booked waits), in_the_past, contact_required (offers
    come by e-mail), invalid_window (422).
    """
    booked = load(tx, reference)
    office = _office_with_list(tx, booked.office_id)
    if booked.status != "confirmed":
        raise DomainError("wrong_state", 409, {"state": booked.status})
    if booked.start_at <= tx.now:
        raise DomainError("in_the_past", 409)
    if not (booked.email or email):
        raise DomainError("contact_required", 422, {"fields": ["email"]})
    _check_window(window)
    items = store.services_of(tx.conn, booked.id)
    prospects_with(office, booked, items, tx.now).check(window)
    known = waiting_store.entry_of(tx.conn, booked.id)
    waits = known is not None and known.status == "waiting"
    fresh = _drafted(office, window, items, language, tx.now)
    draft = replace(
        fresh,
        id=known.id if known else 0,
        appointment_id=booked.id,
        reference=known.reference if known else fresh.reference,
        status="waiting",
        created_at=known.created_at if known and waits else tx.now,
        channel=booked.channel,
        resident_of=booked.resident_of,
        email=None if booked.email else email,
    )
    entry = replace(draft, id=waiting_store.write_entry(tx.conn, draft))
    if not waits:
        tx.emit(office.id, WaitingBegan(entry_id=entry.id))
    return entry


def ask_to_wait(
    tx: Tx,
    *,
    office_id: int,
    services: Sequence[Wanted],
    window: Window,
    contact: Contact,
    language: str,
    resident_of: int | None = None,
    channel: Channel = "on_site",
    trust: Trust = FULL_TRUST,
    post: Post | None = None,
) -> Entry:
    """Ask to be told of any free time, without an appointment; a link by e-mail makes it wait.

    Anybody may call it. Raises no_waiting_list, invalid_window, what `read_request`,
    `check_residents`, `check_channel` and `check_contact` raise, limit_reached (three entries of
    one address), proof_used. Asked twice for the same, they wait once.
    """
    office = _office_with_list(tx, office_id)
    request = read_request(office, services)
    check_residents(request, resident_of)
    check_channel(request, channel)
    check_contact(office, contact, channel, ask_email=True)
    assert contact.email is not None
    _check_window(window)
    Prospects(office, request, tx.now).check(window)
    key = email_key(contact.email)
    items = [(offer.id, count) for offer, count in request.items]
    fresh = _drafted(office, window, items, language, tx.now)
    draft = replace(
        fresh,
        channel=channel,
        resident_of=resident_of,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        answers=list(contact.answers) or None,
        email_key=key,
    )
    entry = _write_once(tx, office, draft, key, trust)
    ask_to_confirm(tx, post, office, entry)
    return entry


def _write_once(tx: Tx, office: OfficeInfo, draft: Entry, key: str, trust: Trust) -> Entry:
    """The draft, or what the same address has asked for already: nobody stands in line twice.

    Only the link of the mail changes what waits; what is merely asked for may be asked anew.
    """
    known = waiting_store.entries_of_email(tx.conn, office.id, key)
    same = next((each for each in known if each.services == draft.services), None)
    if same is not None and same.status == "waiting":
        return same
    if same is None and len(known) >= MAX_ENTRIES:
        raise DomainError("limit_reached", 409, {"n": MAX_ENTRIES, "by": "email"})
    if same is None:  # a press repeated finds what the first has written
        spend_proof(tx, trust.proof)
    entry = replace(draft, id=same.id, reference=same.reference) if same else draft
    return replace(entry, id=waiting_store.write_entry(tx.conn, entry))


def confirm_waiting(tx: Tx, *, reference: str) -> Entry:
    """Follow the link of the mail: from now on they wait. A second time it changes nothing.

    Called by whoever has the link. Raises unknown_entry, no_waiting_list.
    """
    entry = load_entry(tx, reference)
    _office_with_list(tx, entry.office_id)
    if waiting_store.change_entry(tx.conn, entry.id, ("asked",), "waiting"):
        tx.emit(entry.office_id, WaitingBegan(entry_id=entry.id))
    return replace(entry, status="waiting") if entry.status == "asked" else entry


def leave_waiting_list(tx: Tx, *, entry_id: int, post: Post | None = None) -> None:
    """Wait no longer and be forgotten; an open offer goes to whoever is next. May be repeated.

    Called by the holder of the appointment, of the entry or of an offer. Raises unknown_entry.
    """
    entry = waiting_store.get_entry(tx.conn, entry_id)
    if entry is None:
        raise not_found("unknown_entry")
    office = current_directory(tx).office(entry.office_id)
    free_places_of(tx, post, office, end_entry(tx, entry))


def tidy_waiting_list(
    tx: Tx, *, office_id: int, days: Collection[date], post: Post | None = None
) -> None:
    """End what is over, hand on what lapsed, and offer what is free on these days.

    Called by the job, which has looked where something is due; repeated it changes nothing.
    """
    office = current_directory(tx).office(office_id)
    places = lapse_offers(tx, office.id)
    for each in waiting_store.entries_over(tx.conn, office.id, tx.now, local_day(tx.now)):
        entry = waiting_store.get_entry(tx.conn, each)
        places += end_entry(tx, entry) if entry else []
    free_places_of(tx, post, office, places, also_on=days)


def load_entry(tx: Tx, reference: str) -> Entry:
    """The entry behind a reference; raises unknown_entry."""
    entry = waiting_store.find_entry(tx.conn, reference)
    if entry is None:
        raise not_found("unknown_entry")
    return entry


def _office_with_list(tx: Tx, office_id: int) -> OfficeInfo:
    office = current_directory(tx).office(office_id)
    if not office.waiting_list:
        raise DomainError("no_waiting_list", 409)
    return office


def prospects_with(
    office: OfficeInfo, booked: Booked, items: Iterable[tuple[int, int]], now: datetime
) -> Prospects:
    """What may be offered to somebody instead of the appointment they have."""
    wanted = [Wanted(office.offer(offer).service.slug, count) for offer, count in items]
    try:
        request = read_request(office, wanted)
    except DomainError:  # staff gave what the public cannot book
        request = None
    return Prospects(office, request, now, booked.start_at)


def _check_window(window: Window) -> None:
    """Refuse what ends before it begins, or is too long."""
    if window.last_day < window.first_day or (window.last_day - window.first_day).days > MAX_DAYS:
        raise DomainError("invalid_window", 422)
    if not window.weekdays or window.from_minute >= window.to_minute:
        raise DomainError("invalid_window", 422)


def _drafted(
    office: OfficeInfo,
    window: Window,
    items: Sequence[tuple[int, int]],
    language: str,
    now: datetime,
) -> Entry:
    return Entry(
        id=0,
        office_id=office.id,
        appointment_id=None,
        reference=new_reference(),
        status="asked",
        created_at=now,
        from_day=window.first_day,
        to_day=window.last_day,
        weekdays=sorted(window.weekdays),
        from_minute=window.from_minute,
        to_minute=window.to_minute,
        lead_minutes=window.lead_minutes,
        services=[[offer, count] for offer, count in items],
        channel="on_site",
        resident_of=None,
        language=language,
    )

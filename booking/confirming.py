"""Commands that make an appointment of a held time: who comes, and the link in the e-mail.

Taking and extending a hold stands in `hold.py`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from ..core.errors import DomainError, wrong_state
from ..core.secrets import is_same, new_token, token_hash
from ..core.tx import Tx
from ..office.directory import current_directory
from ..office.infos import OfficeInfo
from . import place_store, store
from .events import AppointmentConfirmed, EmailConfirmationAsked
from .guard.limits import check_limits, email_key, phone_key, spend_proof
from .guard.proof import FULL_TRUST, Trust
from .lookup import Held, check_alive, held_of, load, slugs_of
from .mails.sending import Post, ask_for_confirmation, send_confirmation
from .rules import EMAIL_MINUTES, TEMPORARY, Contact, check_contact, held_until
from .store import Booked


def set_contact(
    tx: Tx,
    *,
    reference: str,
    contact: Contact,
    trust: Trust = FULL_TRUST,
    post: Post | None = None,
) -> Held:
    """Say who comes: a held appointment is confirmed, or awaits the e-mail's link.

    Called by the holder. While the link is awaited the contact may be corrected; the link goes out
    again and only the newest works. Guarded by the hold's end. Raises unknown_appointment,
    hold_expired, wrong_state, and what `check_citizen` raises.
    """
    booked = load(tx, reference)
    check_alive(tx, booked)
    if booked.status not in TEMPORARY:
        raise wrong_state(booked.status)
    office = current_directory(tx).office(booked.office_id)
    if booked.status == "awaiting_email":
        trust = replace(trust, ask_email=True)
    to, until = first_state(office, contact, trust, tx.now, by_staff=False)
    if to == booked.status:
        until = booked.held_until
    code = new_token() if to == "awaiting_email" else None
    known = with_contact(
        replace(
            booked,
            status=to,
            held_until=until,
            mail_code_hash=token_hash(code) if code else None,
        ),
        contact,
    )
    check_citizen(tx, office, known, contact, trust)
    _step(tx, booked, to, until)
    store.set_contact(tx.conn, known)
    tell(tx, office, known, slugs_of(tx, office, known), post, code)
    return held_of(known)


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
    tell(tx, office, booked, slugs_of(tx, office, booked), post, None)
    return held_of(booked)


def ask_again(
    tx: Tx, *, reference: str, email: str | None = None, post: Post | None = None
) -> Held:
    """Send the confirmation mail again, to another address when the first was mistyped.

    Called by the holder while the link is awaited. Only the newest link works; the time to follow
    it stays what it was. Raises unknown_appointment, hold_expired, wrong_state, limit_reached.
    """
    booked = load(tx, reference)
    check_alive(tx, booked)
    if booked.status != "awaiting_email":
        raise wrong_state(booked.status)
    office = current_directory(tx).office(booked.office_id)
    code = new_token()
    known = replace(booked, mail_code_hash=token_hash(code))
    if email is not None:
        known = replace(known, email=email, email_key=email_key(email))
        check_limits(tx, office, known)
    store.set_contact(tx.conn, known)
    tell(tx, office, known, slugs_of(tx, office, known), post, code)
    return held_of(known)


def check_citizen(
    tx: Tx, office: OfficeInfo, booked: Booked, contact: Contact, trust: Trust
) -> None:
    """What a citizen's booking has to meet and staff's has not.

    Raises contact_required (422), limit_reached (409), proof_used (409).
    """
    check_contact(office, contact, booked.channel, ask_email=trust.ask_email)
    check_limits(tx, office, booked)
    spend_proof(tx, trust.proof)


def first_state(
    office: OfficeInfo, contact: Contact | None, trust: Trust, now: datetime, *, by_staff: bool
) -> tuple[str, datetime | None]:
    """Status and end of the hold, by what is known so far."""
    if contact is None:
        return "held", held_until(office, now)
    if (office.confirm_by_email or trust.ask_email) and not by_staff:
        return "awaiting_email", now + timedelta(minutes=EMAIL_MINUTES)
    return "confirmed", None


def tell(
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


def with_contact(booked: Booked, contact: Contact) -> Booked:
    """The same with who comes, and what limits compare."""
    return replace(
        booked,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        remark=contact.remark,
        answers=list(contact.answers) or None,
        email_key=email_key(contact.email) if contact.email else None,
        phone_key=phone_key(contact.phone) if contact.phone else None,
    )


def _step(tx: Tx, booked: Booked, to: str, until: datetime | None) -> None:
    if not store.change_status(tx.conn, booked.id, tx.now, (booked.status, to), until):
        raise DomainError("hold_expired", 409)
    place_store.keep_places_until(tx.conn, booked.id, until)

"""The answers to an offer of the waiting list: take it, or decline it. Both may be repeated."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from ...core.errors import DomainError, not_found, wrong_state
from ...core.tx import Tx
from ...office.directory import current_directory
from ...office.infos import OfficeInfo
from .. import place_store, store
from ..confirming import tell, with_contact
from ..events import AppointmentMoved, OfferEnded
from ..freeing import free_places_of
from ..guard.limits import check_limits
from ..lookup import Held, held_of, slugs_of
from ..mails.sending import Post, send_change
from ..rules import Contact
from ..store import Booked
from . import store as waiting_store
from .offers import close_offer, end_entry
from .store import Entry, Offer


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer with what stands around it; `own` is the appointment they have."""

    offer: Offer
    entry: Entry
    hold: Booked
    own: Booked | None

    def state_at(self, now: datetime) -> str:
        """What became of it; one that has run out is over, tidied up or not."""
        if self.offer.status != "open":
            return self.offer.status
        return "open" if self.offer.until > now and self.hold.status == "held" else "lapsed"


def read_offered(conn: Connection, reference: str) -> Offered | None:
    """The offer whose hold has this reference."""
    offer = waiting_store.find_offer(conn, reference)
    entry = waiting_store.get_entry(conn, offer.entry_id) if offer else None
    hold = store.get_appointment(conn, offer.hold) if offer else None
    if offer is None or entry is None or hold is None:
        return None
    own = store.get_appointment(conn, entry.appointment_id) if entry.appointment_id else None
    return Offered(offer, entry, hold, own)


def take_offer(tx: Tx, *, reference: str, post: Post | None = None) -> Held:
    """Take the time: the appointment moves there, or one is booked; in one step or not at all.

    Called by whoever has the link. An appointment keeps its reference and UID, its old places go to
    whoever is next. Guarded by the end of the offer's hold; a second time it gives the first
    answer. Raises unknown_offer, offer_over (409), wrong_state (the appointment is not to come any
    more), limit_reached.
    """
    offered = _load(tx, reference)
    offer, own = offered.offer, offered.own
    if offer.status == "taken":
        return held_of(own or offered.hold)
    if offered.state_at(tx.now) != "open" or offered.entry.status != "waiting":
        raise DomainError("offer_over", 409)
    office = current_directory(tx).office(offer.office_id)
    if own is not None:
        return held_of(_move_there(tx, office, offered, own, post))
    return held_of(_book(tx, office, offered, post))


def decline_offer(tx: Tx, *, reference: str, post: Post | None = None) -> None:
    """Do without the time; it goes to whoever is next. Comes never too late.

    Called by whoever has the link. Raises unknown_offer.
    """
    offer = _load(tx, reference).offer
    office = current_directory(tx).office(offer.office_id)
    free_places_of(tx, post, office, close_offer(tx, offer, "declined"))


def _load(tx: Tx, reference: str) -> Offered:
    offered = read_offered(tx.conn, reference)
    if offered is None:
        raise not_found("unknown_offer")
    return offered


def _move_there(
    tx: Tx, office: OfficeInfo, offered: Offered, own: Booked, post: Post | None
) -> Booked:
    """Give an appointment the start and the places of the hold, which ends by that."""
    if own.status != "confirmed":
        raise wrong_state(own.status)
    offer, hold = offered.offer, offered.hold
    _claim(tx, offer, "expired")
    before = place_store.places_of(tx.conn, own.id)
    place_store.hand_over_places(tx.conn, hold.id, own.id)
    if not store.move(tx.conn, own, tx.now, hold.start_at, hold.end_at):
        raise DomainError("offer_over", 409)
    moved = replace(own, start_at=hold.start_at, end_at=hold.end_at, sequence=own.sequence + 1)
    tx.emit(
        office.id,
        AppointmentMoved(appointment_id=own.id, previous_start=own.start_at, start=moved.start_at),
    )
    _serve(tx, offered)
    free_places_of(tx, post, office, before)
    send_change(tx, post, office, moved)
    return moved


def _book(tx: Tx, office: OfficeInfo, offered: Offered, post: Post | None) -> Booked:
    """Make an appointment of the hold, for the contact that waited."""
    offer, entry, hold = offered.offer, offered.entry, offered.hold
    contact = Contact(
        entry.name or "", entry.email, entry.phone, answers=tuple(entry.answers or ())
    )
    booked = with_contact(replace(hold, status="confirmed", held_until=None), contact)
    check_limits(tx, office, booked)
    _claim(tx, offer, "confirmed")
    place_store.keep_places_until(tx.conn, hold.id, None)
    store.set_contact(tx.conn, booked)
    _serve(tx, offered)
    tell(tx, office, booked, slugs_of(tx, office, booked), post, None)
    return booked


def _claim(tx: Tx, offer: Offer, to: str) -> None:
    """Guarded by whoever was faster and by the end of the hold: of two takers one gets past here.

    First the offer, then its hold, as everybody who ends an offer does, so that nobody deadlocks.
    """
    if not waiting_store.end_offer(tx.conn, offer.id, "taken"):
        raise DomainError("offer_over", 409)
    if not store.change_status(tx.conn, offer.hold, tx.now, ("held", to)):
        raise DomainError("offer_over", 409)


def _serve(tx: Tx, offered: Offered) -> None:
    """Who took an offer waits no longer."""
    offer = offered.offer
    tx.emit(
        offer.office_id,
        OfferEnded(
            entry_id=offer.entry_id, appointment_id=offer.hold, start=offer.start_at, how="taken"
        ),
    )
    end_entry(tx, offered.entry, served=True)

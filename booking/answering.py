"""The answers to an offer of the waiting list: take it, or decline it. Both may be repeated."""

from dataclasses import replace

from ..core.errors import DomainError, not_found, wrong_state
from ..core.tx import Tx
from ..office.directory import current_directory
from ..office.infos import OfficeInfo
from . import place_store, store, waiting_store
from .confirming import tell, with_contact
from .events import AppointmentMoved, OfferEnded
from .freeing import free_places_of
from .limits import check_limits
from .lookup import Held, held_of, slugs_of
from .mails import Post, send_change
from .rules import Contact
from .store import Booked
from .waiting_offers import close_offer, end_entry
from .waiting_store import Entry, Offer


def take_offer(tx: Tx, *, reference: str, post: Post | None = None) -> Held:
    """Take the time: the appointment moves there, or one is booked; in one step or not at all.

    Called by whoever has the link. An appointment keeps its reference and UID, its old places go to
    whoever is next. Guarded by the end of the offer's hold; a second time it gives the first
    answer. Raises unknown_offer, offer_over (409), wrong_state (the appointment is not to come any
    more), limit_reached.
    """
    offer = load_offer(tx, reference)
    entry, hold = _behind(tx, offer)
    own = store.get_appointment(tx.conn, entry.appointment_id) if entry.appointment_id else None
    if offer.status == "taken":
        return held_of(own or hold)
    if offer.status != "open" or entry.status != "waiting" or offer.until <= tx.now:
        raise DomainError("offer_over", 409)
    office = current_directory(tx).office(offer.office_id)
    taken = _move_there(tx, office, offer, hold, own, post) if own else None
    return held_of(taken or _book(tx, office, offer, entry, hold, post))


def decline_offer(tx: Tx, *, reference: str, post: Post | None = None) -> None:
    """Do without the time; it goes to whoever is next. Comes never too late.

    Called by whoever has the link. Raises unknown_offer.
    """
    offer = load_offer(tx, reference)
    office = current_directory(tx).office(offer.office_id)
    free_places_of(tx, post, office, close_offer(tx, offer, "declined"))


def load_offer(tx: Tx, reference: str) -> Offer:
    """The offer by the reference of its hold; raises unknown_offer."""
    offer = waiting_store.find_offer(tx.conn, reference)
    if offer is None:
        raise not_found("unknown_offer")
    return offer


def _behind(tx: Tx, offer: Offer) -> tuple[Entry, Booked]:
    entry = waiting_store.get_entry(tx.conn, offer.entry_id)
    hold = store.get_appointment(tx.conn, offer.hold)
    assert entry is not None
    assert hold is not None
    return entry, hold


def _move_there(
    tx: Tx, office: OfficeInfo, offer: Offer, hold: Booked, own: Booked, post: Post | None
) -> Booked:
    """Give an appointment the start and the places of the hold, which ends by that."""
    if own.status != "confirmed":
        raise wrong_state(own.status)
    _end_hold(tx, offer, "cancelled")
    before = place_store.places_of(tx.conn, own.id)
    place_store.hand_over_places(tx.conn, hold.id, own.id)
    if not store.move(tx.conn, own, tx.now, hold.start_at, hold.end_at):
        raise DomainError("offer_over", 409)
    moved = replace(own, start_at=hold.start_at, end_at=hold.end_at, sequence=own.sequence + 1)
    tx.emit(
        office.id,
        AppointmentMoved(appointment_id=own.id, previous_start=own.start_at, start=moved.start_at),
    )
    _serve(tx, offer)
    free_places_of(tx, post, office, before)
    send_change(tx, post, office, moved)
    return moved


def _book(
    tx: Tx, office: OfficeInfo, offer: Offer, entry: Entry, hold: Booked, post: Post | None
) -> Booked:
    """Make an appointment of the hold, for the contact that waited."""
    contact = Contact(
        entry.name or "", entry.email, entry.phone, answers=tuple(entry.answers or ())
    )
    booked = with_contact(replace(hold, status="confirmed", held_until=None), contact)
    check_limits(tx, office, booked)
    _end_hold(tx, offer, "confirmed")
    place_store.keep_places_until(tx.conn, hold.id, None)
    store.set_contact(tx.conn, booked)
    _serve(tx, offer)
    tell(tx, office, booked, slugs_of(tx, office, booked), post, None)
    return booked


def _end_hold(tx: Tx, offer: Offer, to: str) -> None:
    """Guarded by its end and by whoever was faster: of two takers one gets here."""
    if not store.change_status(tx.conn, offer.hold, tx.now, ("held", to)):
        raise DomainError("offer_over", 409)


def _serve(tx: Tx, offer: Offer) -> None:
    """The offer is taken, and who waited waits no longer."""
    if not waiting_store.end_offer(tx.conn, offer.id, "taken"):
        raise DomainError("offer_over", 409)
    tx.emit(
        offer.office_id,
        OfferEnded(
            entry_id=offer.entry_id, appointment_id=offer.hold, start=offer.start_at, how="taken"
        ),
    )
    entry = waiting_store.get_entry(tx.conn, offer.entry_id)
    if entry is not None:
        end_entry(tx, entry, served=True)

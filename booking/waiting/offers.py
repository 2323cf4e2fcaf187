"""Offers of the waiting list: made in fair order, each a hold of its own, and their end.

Called inside commands, under the office's lock; whose turn it is, `waiting/rules.py` decides. What
citizens do with entries and offers stands in `waiting/commands.py`.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from ...core.formats import local_day
from ...core.tx import Tx
from ...office.infos import OfficeInfo
from .. import place_store, store
from ..capacity import plans
from ..cells import cells_of
from ..events import OfferEnded, OfferMade, WaitingEnded
from ..mails.sending import Post, send_offer
from ..place_store import PlaceKey
from ..places import choose_places, slots_of, take_places
from ..rules import new_reference
from ..store import Booked
from . import store as waiting_store
from .line import FreshDays, Waiting, read_line
from .links import offer_path
from .rules import hand_out, offer_until
from .store import Entry, Offer


def make_offers(tx: Tx, post: Post | None, office: OfficeInfo, days: Collection[date]) -> int:
    """Offer what is free on these days to those who wait for it; returns how many offers.

    Without the means to write to them nobody is offered anything: nobody would know.
    """
    if post is None or not days or not waiting_store.is_anybody_waiting(tx.conn, office.id):
        return 0
    line = read_line(tx.conn, office)
    free = FreshDays(tx.conn, office, days, tx.now)
    made = 0
    wishes = [waiting.wish for waiting in line.values()]
    for wish, start in hand_out(wishes, lambda wish: free.starts(line[wish.entry_id]), tx.now):
        made += offer_time(tx, post, office, line[wish.entry_id], start)
        free.forget(local_day(start))
    return made


def offer_time(tx: Tx, post: Post, office: OfficeInfo, waiting: Waiting, start: datetime) -> bool:
    """Hold a time for somebody and write to them; False when the places were gone after all."""
    until = offer_until(start, tx.now)
    hold = _hold(tx, office, waiting, start, until)
    if hold is None:
        return False
    offer = Offer(0, waiting.entry.id, office.id, hold.id, "open", start, until, hold.reference)
    waiting_store.insert_offer(tx.conn, office.id, offer, tx.now)
    tx.emit(
        office.id,
        OfferMade(entry_id=waiting.entry.id, appointment_id=hold.id, start=start, until=until),
    )
    _write_to(tx, post, office, waiting, offer)
    return True


def _hold(
    tx: Tx, office: OfficeInfo, waiting: Waiting, start: datetime, until: datetime
) -> Booked | None:
    entry, request = waiting.entry, waiting.request
    plan = plans.plan(office, local_day(start))
    wanted = slots_of(request.pools, cells_of(start, request.minutes))
    chosen = choose_places(tx, office, plan, wanted, public=True)
    if chosen is None:
        return None
    draft = Booked(
        id=0,
        office_id=office.id,
        reference=new_reference(),
        status="held",
        start_at=start,
        end_at=start + timedelta(minutes=request.minutes),
        held_until=until,
        language=entry.language,
        created_at=tx.now,
        source="waiting",
        resident_of=entry.resident_of,
        channel=entry.channel,
    )
    hold = store.insert_appointment(tx.conn, draft)
    store.insert_services(tx.conn, hold, [(each.id, count) for each, count in request.items])
    if not take_places(tx, office, plan, chosen, appointment_id=hold, until=until, public=True):
        waiting_store.forget_hold(tx.conn, hold)
        return None
    return store.get_appointment(tx.conn, hold)


def _write_to(tx: Tx, post: Post, office: OfficeInfo, waiting: Waiting, offer: Offer) -> None:
    entry = waiting.entry
    own = store.get_appointment(tx.conn, entry.appointment_id) if entry.appointment_id else None
    recipient = entry.email or (own.email if own else None)
    if recipient is None:
        return
    send_offer(
        tx,
        post,
        office,
        recipient=recipient,
        language=entry.language,
        name=entry.name or (own.name if own else None),
        start=offer.start_at,
        until=offer.until,
        link=post.public_url + offer_path(post.secret_key, offer.reference),
        earlier_than=own.start_at if own else None,
        items=waiting.request.items,
        channel=entry.channel,
    )


def close_offer(tx: Tx, offer: Offer, how: str) -> list[PlaceKey]:
    """End an open offer and its hold; returns the places to be freed, which are still taken.

    Nothing when it was closed before.
    """
    if not waiting_store.end_offer(tx.conn, offer.id, how):
        return []
    places = place_store.places_of(tx.conn, offer.hold)
    if not store.change_status(tx.conn, offer.hold, tx.now, ("held", "expired")):
        store.expire(tx.conn, offer.hold, tx.now)
    tx.emit(
        offer.office_id,
        OfferEnded(
            entry_id=offer.entry_id, appointment_id=offer.hold, start=offer.start_at, how=how
        ),
    )
    return places


def end_entry(tx: Tx, entry: Entry, *, served: bool = False) -> list[PlaceKey]:
    """Let an entry wait no longer and forget its contact; returns the places to be freed."""
    status = "served" if served else "ended"
    if not waiting_store.change_entry(tx.conn, entry.id, waiting_store.LIVING, status):
        return []
    tx.emit(entry.office_id, WaitingEnded(entry_id=entry.id, served=served))
    offer = waiting_store.open_offer_of(tx.conn, entry.id)
    return close_offer(tx, offer, "withdrawn") if offer else []


def end_entry_of(tx: Tx, appointment_id: int) -> list[PlaceKey]:
    """The same for whoever waits with this appointment, which is called off."""
    entry = waiting_store.entry_of(tx.conn, appointment_id)
    return end_entry(tx, entry) if entry else []


def withdraw_no_earlier(tx: Tx, moved: Booked) -> list[PlaceKey]:
    """After a move: an offer that is no longer earlier is none; returns the places to be freed."""
    entry = waiting_store.entry_of(tx.conn, moved.id)
    offer = waiting_store.open_offer_of(tx.conn, entry.id) if entry else None
    if offer is None or offer.start_at < moved.start_at:
        return []
    return close_offer(tx, offer, "withdrawn")


def lapse_offers(tx: Tx, office_id: int) -> list[PlaceKey]:
    """Close the offers whose time has run out; returns the places to be freed."""
    due = [
        offer for offer in waiting_store.open_offers(tx.conn, office_id) if offer.until <= tx.now
    ]
    return [place for offer in due for place in close_offer(tx, offer, "lapsed")]


def withdraw_offers(tx: Tx, office_id: int, holds: Collection[int]) -> list[PlaceKey]:
    """Take back offers, by their holds, of times not open any more; returns places to be freed."""
    offers = waiting_store.open_offers(tx.conn, office_id)
    unfit = [offer for offer in offers if offer.hold in holds]
    return [place for offer in unfit for place in close_offer(tx, offer, "withdrawn")]

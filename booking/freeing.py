"""Where places go that an appointment no longer needs: to the waiting list, else to everybody.

The one way for a cancelled or moved appointment and for an offer that nobody took.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ..core.formats import local_day
from ..core.tx import Tx
from ..office.infos import OfficeInfo
from . import place_store
from .capacity import plans
from .cells import cell_of, cell_start
from .mails.sending import Post
from .place_store import PlaceKey
from .waiting.offers import lapse_offers, make_offers


def free_places_of(
    tx: Tx,
    post: Post | None,
    office: OfficeInfo,
    places: Sequence[PlaceKey],
    *,
    also_on: Collection[date] = (),
) -> None:
    """Free these places of appointments: first whoever waits is asked, in this transaction.

    What nobody waits for is free at once, or after the office's random delay for resellers. On the
    days `also_on` too whoever waits is offered what is free.
    """
    days = {local_day(cell_start(place.cell)) for place in places}
    place_store.free_places(tx.conn, office.id, places)
    make_offers(tx, post, office, days | set(also_on))
    if places and office.resale_delay_minutes:
        _keep_back(tx, office, places)


def hand_on_lapsed(tx: Tx, post: Post | None, office: OfficeInfo) -> None:
    """Give what offers no longer hold to whoever is next, before somebody else takes a place.

    The job (`waiting/job.py`) may not have come by since they ran out.
    """
    lapsed = lapse_offers(tx, office.id)
    if lapsed:
        free_places_of(tx, post, office, lapsed)


def _keep_back(tx: Tx, office: OfficeInfo, places: Sequence[PlaceKey]) -> None:
    """Let nobody have what the public could still get of these, before a random moment."""
    seconds = secrets.randbelow(office.resale_delay_minutes * 60 + 1)
    until = tx.now + timedelta(seconds=seconds)
    kept: list[tuple[PlaceKey, int]] = []
    for place in places:
        plan = plans.plan(office, local_day(cell_start(place.cell)))
        size = plan.size(place.pool_id, place.cell, tx.now)
        if place.cell > cell_of(until) and place.number <= size.public:
            kept.append((replace(place, appointment_id=None, until=until), size.total))
    place_store.take_places(tx.conn, office.id, kept)

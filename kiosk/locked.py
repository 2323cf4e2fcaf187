"""What keeps people from drawing a number within the hours, from the picture in memory. Pure.

The command decides again, with the same rules: the picture may be a moment old.
"""

from collections.abc import Collection

from ..office.directory import OfficeInfo
from ..office.rules import walk_in_until
from ..queue.drawing.locks import (
    Lock,
    lock_of,
)
from ..queue.forecasting.forecast import forecast_new
from ..queue.state import Asked, OfficeState


def lock_for(office: OfficeInfo, state: OfficeState, offers: Collection[int]) -> Lock | None:
    """Why nobody gets a number for these offers together; None when somebody does."""
    asked = [Asked(offer_id, 1) for offer_id in offers]
    return lock_of(office, offers, state, lambda: forecast_new(state, office, state.now, asked))


def lock_of_all(office: OfficeInfo, state: OfficeState) -> Lock | None:
    """Why nobody gets a number for anything; None as long as there are some for one service."""
    lock: Lock | None = None
    for offer in office.offers:
        drawn = offer.walk_in and not offer.online_only and not offer.staff_only
        if drawn and walk_in_until(office, state.now, [offer.id]) is not None:
            found = lock_for(office, state, [offer.id])
            if found is None:
                return None
            lock = lock or found
    return lock

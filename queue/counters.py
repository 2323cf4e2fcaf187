"""Opening, pausing and closing a counter. Who sits there is kept apart from the events."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from ..core.errors import DomainError, invalid
from ..core.tx import Tx
from . import changes, counter_store
from .events import CounterChanged
from .outlook import forget_counters
from .state import CounterNow
from .steps import Desk, desk_of

State = Literal["open", "break", "closed"]


def set_counter_state(
    tx: Tx,
    *,
    counter_id: int,
    state: State,
    offers: Collection[int] | None = None,
    until: datetime | None = None,
    staff_id: int | None = None,
) -> CounterNow:
    """What the counter does from now on; the same again changes nothing.

    `offers` are those it serves now (None: all it can), `until` is the planned end of a break.
    Closing leaves whoever is called or in service there. Raises cannot_serve (409) for an offer
    the counter cannot do, invalid_value (422) for an end that has passed or without a break.
    """
    desk = desk_of(tx, counter_id)
    only = _read_offers(desk, offers)
    if until is not None and (state != "break" or until <= tx.now):
        raise invalid("until", "break_end")
    _seat(tx, desk, state, staff_id)
    known = counter_store.load_counter(tx.conn, desk.counter.id)
    if known is not None and (known.state, known.offers, known.until) == (state, only, until):
        return known
    since = known.since if known is not None and known.state == state else tx.now
    present = CounterNow(desk.counter.id, state, since, until, only)
    changes.save_counter(tx.conn, present)
    forget_counters(tx)
    event = CounterChanged(
        counter_id=desk.counter.id, counter=desk.counter.label, state=state, until=until
    )
    tx.emit(desk.office.id, event)
    return present


def _read_offers(desk: Desk, offers: Collection[int] | None) -> frozenset[int] | None:
    if offers is None:
        return None
    only = frozenset(offers)
    if not only or not only <= desk.counter.offers:
        raise DomainError("cannot_serve", 409)
    return None if only == desk.counter.offers else only


def _seat(tx: Tx, desk: Desk, state: State, staff_id: int | None) -> None:
    sitting = counter_store.find_sitting(tx.conn, desk.counter.id)
    if state == "closed" or (staff_id is not None and sitting != staff_id):
        changes.end_sitting(tx.conn, desk.counter.id, tx.now)
        if state != "closed" and staff_id is not None:
            changes.begin_sitting(tx.conn, desk.counter.id, staff_id, tx.now)

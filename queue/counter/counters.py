"""Opening, pausing and closing a counter, and taking it over from whoever sits there.

Who sits there is kept apart from the events; what is handed over is decided in `seats/handing.py`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ...core.errors import DomainError, invalid
from ...core.formats import iso_text, local_day
from ...core.tx import Tx, lock_office
from ...office.directory import current_directory
from .. import changes
from ..events import CounterChanged
from ..forecasting.outlook import forget_counters
from ..seats import store as seats
from ..seats.handing import hand_over
from ..state import CounterNow
from . import counter_store
from .steps import Desk, desk_of

State = Literal["open", "break", "closed"]
Offers = Collection[int] | Literal["as before"] | None


@dataclass(frozen=True, slots=True)
class CounterSet:
    """What a counter does now, who sits there (the seat), and how many tickets went to all."""

    present: CounterNow
    seat: int | None
    handed_over: int = 0


def set_counter_state(
    tx: Tx,
    *,
    counter_id: int,
    state: State,
    offers: Offers = None,
    until: datetime | None = None,
    staff_id: int | None = None,
    take_over: bool = False,
) -> CounterSet:
    """What the counter does from now on; the same again changes nothing.

    `offers` are those it serves now; None: all it can; "as before": those it serves or, when it is
    opened, those this person took here last. `until` is the planned end of a break. Closing hands
    over what the counter kept; whoever is in service stays, for a colleague to take over.

    Raises counter_taken (409, since when) while another person sits there, unless `take_over`;
    cannot_serve (409) for an offer the counter cannot do; invalid_value (422) for an end that has
    passed or without a break.
    """
    desk = desk_of(tx, counter_id)
    known = counter_store.load_counter(tx.conn, desk.counter.id)
    only = _read_offers(tx, desk, known, offers, staff_id)
    if until is not None and (state != "break" or until <= tx.now):
        raise invalid("until", "break_end")
    before = _sitting_of_today(tx, desk.counter.id)
    if not take_over:
        _check_mine(before, staff_id)
    seat = _seat(tx, desk, state, before, staff_id)
    handed = hand_over(tx, counter_id=desk.counter.id) if state == "closed" else 0
    if state == "open" and staff_id is not None:
        _remember_usual(tx, staff_id, seats.Usual(desk.counter.id, only))
    unchanged = known is not None and (known.state, known.offers, known.until) == (
        state,
        only,
        until,
    )
    if known is not None and unchanged and seat == (before and before.id):
        return CounterSet(known, seat, handed)
    since = known.since if known is not None and known.state == state else tx.now
    present = CounterNow(desk.counter.id, state, since, until, only)
    changes.save_counter(tx.conn, present)
    forget_counters(tx)
    _tell(tx, desk, present)
    return CounterSet(present, seat, handed)


def check_seat(tx: Tx, *, counter_id: int, staff_id: int) -> None:
    """Raises counter_taken (409, since when) while another person sits at the counter."""
    _check_mine(_sitting_of_today(tx, counter_id), staff_id)


def leave_counters(tx: Tx, *, staff_id: int) -> int:
    """Close every counter where this person sits; returns how many tickets were handed over.

    For signing out, in the installation lane: it holds the offices itself, in ascending order.
    """
    directory = current_directory(tx)
    taken = seats.sittings_of(tx.conn, staff_id)
    for office_id in sorted({directory.counter(one.counter_id).office_id for one in taken}):
        lock_office(tx.conn, office_id)
    return sum(
        set_counter_state(
            tx, counter_id=one.counter_id, state="closed", offers="as before", staff_id=staff_id
        ).handed_over
        for one in seats.sittings_of(tx.conn, staff_id)
    )


def _read_offers(
    tx: Tx, desk: Desk, known: CounterNow | None, offers: Offers, staff_id: int | None
) -> frozenset[int] | None:
    if offers == "as before":
        return _offers_before(tx, desk, known, staff_id)
    if offers is None:
        return None
    only = frozenset(offers)
    if not only or not only <= desk.counter.offers:
        raise DomainError("cannot_serve", 409)
    return None if only == desk.counter.offers else only


def _offers_before(
    tx: Tx, desk: Desk, known: CounterNow | None, staff_id: int | None
) -> frozenset[int] | None:
    """What it serves; for one that is closed, what this person took there last."""
    before = None if known is None else known.offers
    if known is None or known.state == "closed":
        usual = None if staff_id is None else seats.find_usual(tx.conn, staff_id)
        before = usual.offers if usual and usual.counter_id == desk.counter.id else None
    if before is None:
        return None
    only = before & desk.counter.offers  # master data may have changed meanwhile
    return None if not only or only == desk.counter.offers else only


def _sitting_of_today(tx: Tx, counter_id: int) -> seats.Sitting | None:
    """Who sits there. Nobody sits through the night: a seat of another day is free."""
    sitting = seats.find_sitting(tx.conn, counter_id)
    if sitting is not None and local_day(sitting.since) != local_day(tx.now):
        seats.end_sitting(tx.conn, counter_id, tx.now)
        return None
    return sitting


def _check_mine(sitting: seats.Sitting | None, staff_id: int | None) -> None:
    """A program that drives the counter is not a person and finds every seat free."""
    if sitting is not None and staff_id is not None and sitting.staff_id != staff_id:
        raise _taken(sitting.since)


def _seat(
    tx: Tx, desk: Desk, state: State, before: seats.Sitting | None, staff_id: int | None
) -> int | None:
    """The seat after this; somebody faster is seen by the constraint, whatever was read before."""
    if state == "closed":
        seats.end_sitting(tx.conn, desk.counter.id, tx.now)
        return None
    if staff_id is None or (before is not None and before.staff_id == staff_id):
        return None if before is None else before.id
    if before is not None:
        seats.end_sitting(tx.conn, desk.counter.id, tx.now)
    seat = seats.begin_sitting(tx.conn, desk.counter.id, staff_id, tx.now)
    if seat is None:
        raise _taken(tx.now)
    return seat


def _remember_usual(tx: Tx, staff_id: int, usual: seats.Usual) -> None:
    if seats.find_usual(tx.conn, staff_id) != usual:
        seats.write_usual(tx.conn, staff_id, usual)


def _tell(tx: Tx, desk: Desk, present: CounterNow) -> None:
    services = None
    if present.offers is not None:
        services = tuple(sorted(desk.office.offer(one).service.slug for one in present.offers))
    event = CounterChanged(
        counter_id=desk.counter.id,
        counter=desk.counter.label,
        state=present.state,
        until=present.until,
        services=services,
    )
    tx.emit(desk.office.id, event)


def _taken(since: datetime) -> DomainError:
    return DomainError("counter_taken", 409, {"since": iso_text(since)})

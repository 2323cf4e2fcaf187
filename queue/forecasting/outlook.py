"""Queries of how long the line is: what a new ticket, a holder and the public are told.

The numbers come from `rules.count_ahead` and `forecast.py`; only as much is read as they need.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import cast

from sqlalchemy import Connection

from ...core.formats import local_day
from ...core.tx import Tx
from ...office.directory import OfficeInfo
from .. import store
from ..counter import counter_store
from ..crowd.rules import Alike, able, count_alike, count_taken, surely_beyond
from ..crowd.shared import alike_before
from ..crowd.store import load_alike_before
from ..learning.known import learned_of
from ..learning.store import keep_forecast
from ..rules import count_ahead, count_alike_waiting
from ..state import Asked, CounterNow, Expected, OfficeState, TicketNow
from .durations import Durations
from .forecast import forecast_one, foresee_new, range_of, servers_of
from .ranges import BEYOND, Range

# With so many in front they are counted by kind before they are read: where too few counters do
# what they want, a replay would cost more than the draw and say nothing else (crowd/rules.py).
MANY = 60
_EXPECTED = "queue.expected"
_COUNTERS = "queue.counters"


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many are called earlier by counters that could call it (where none calls: how many stand
    before it in the order), and the range of the wait (None: no counter that calls does it).

    `minutes` is the forecast that the range was made of.
    """

    ahead: int
    wait: Range | None
    minutes: float | None = None


def look_ahead(tx: Tx, office: OfficeInfo, ticket: TicketNow) -> Ahead:
    """The outlook of a waiting ticket inside the command that wrote it; kept, to be scored."""
    counters = _counters(tx, office)
    expected = _expected(tx, office)
    before = partial(alike_before, tx, ticket)
    told = read_outlook(tx.conn, office, ticket, tx.now, expected, counters, before)
    if told.wait is not None and told.minutes is not None:
        shown = (told.wait.low_minutes, told.wait.high_minutes)
        keep_forecast(
            tx,
            ticket.id,
            office.id,
            at=tx.now,
            minutes=told.minutes,
            shown=shown,
            ahead=told.ahead,
        )
    return told


def read_outlook(
    conn: Connection,
    office: OfficeInfo,
    ticket: TicketNow,
    now: datetime,
    expected: tuple[Expected, ...] | None = None,
    counters: Mapping[int, CounterNow] | None = None,
    before: Callable[[int], Sequence[Alike]] | None = None,
) -> Ahead:
    """The outlook of a waiting ticket; `expected` are the appointments to come, if known,
    `counters` what each does now, and `before` brings those in front, told how many they are.
    """
    if counters is None:
        counters = counter_store.load_counters(conn, office.id)
    learned = learned_of(conn, office.id, now)
    empty = OfficeState(office.id, ticket.day, now, counters=counters, learned=learned)
    number = store.count_waiting_before(conn, ticket)
    if number > MANY:
        line = before(number) if before else load_alike_before(conn, ticket, now)
        told = _in_a_crowd(line, office, ticket, empty)
        if told is not None:
            return told
    if expected is None:
        expected = store.load_expected(conn, office.id, ticket.day)
    here = store.load_here(conn, office.id, ticket.day)
    state = replace(empty, tickets=here, expected=expected)
    outlook = forecast_one(state, office, now, ticket.id)
    if outlook is None:
        return Ahead(count_ahead(ticket, here, office.counters), None)
    return Ahead(outlook.in_front, range_of(outlook, learned), outlook.minutes)


def outlook_of_new(state: OfficeState, office: OfficeInfo, asked: tuple[Asked, ...]) -> Ahead:
    """The outlook of somebody who would draw a number for this now. Reads nothing."""
    outlook = foresee_new(state, office, state.now, asked)
    if outlook is None:
        offers = frozenset(one.offer_id for one in asked)
        return Ahead(count_alike_waiting(offers, state.waiting, office.counters), None)
    return Ahead(outlook.in_front, range_of(outlook, state.learned), outlook.minutes)


def _in_a_crowd(
    before: Sequence[Alike], office: OfficeInfo, ticket: TicketNow, empty: OfficeState
) -> Ahead | None:
    """What needs no replay: that no counter does it, or that it will surely be very long."""
    servers = servers_of(empty, office, empty.now)
    own = able(servers, ticket)
    if not own:
        return Ahead(count_alike(ticket, before, office.counters), None)
    minutes = surely_beyond(own, before, servers, Durations(office, empty.learned))
    return None if minutes is None else Ahead(count_taken(own, before), BEYOND, minutes)


def _expected(tx: Tx, office: OfficeInfo) -> tuple[Expected, ...]:
    """Appointments still to come, read once for all commands that share the transaction."""
    known = cast("dict[int, tuple[Expected, ...]]", tx.batch.setdefault(_EXPECTED, {}))
    if office.id not in known:
        known[office.id] = store.load_expected(tx.conn, office.id, local_day(tx.now))
    return known[office.id]


def _counters(tx: Tx, office: OfficeInfo) -> Mapping[int, CounterNow]:
    """What the counters do, read once for all commands that share the transaction."""
    known = cast("dict[int, dict[int, CounterNow]]", tx.batch.setdefault(_COUNTERS, {}))
    if office.id not in known:
        known[office.id] = counter_store.load_counters(tx.conn, office.id)
    return known[office.id]


def forget_counters(tx: Tx) -> None:
    """A counter does something else from now on; what was read is not true any more."""
    tx.batch.pop(_COUNTERS, None)

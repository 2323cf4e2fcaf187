"""Queries of how long the line is: what a new ticket, a holder and the public are told.

The numbers come from `rules.count_ahead` and `forecast.py`; only as much is read as they need.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from ..core.formats import local_day
from ..core.tx import Tx
from ..office.directory import OfficeInfo
from . import counter_store, store
from .forecast import forecast
from .ranges import BEYOND, Range
from .rules import count_ahead
from .state import CounterNow, Expected, OfficeState, TicketNow

# With so many in front the range is "more than", whatever the replay would say; reading them all
# for each of a crowd of draws would cost more than the draw.
MANY = 60
_EXPECTED = "queue.expected"
_COUNTERS = "queue.counters"


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many are called earlier, and the range of the wait (None: no counter is open)."""

    ahead: int
    wait: Range | None


def look_ahead(tx: Tx, office: OfficeInfo, ticket: TicketNow) -> Ahead:
    """The outlook of a waiting ticket inside the command that wrote it."""
    counters = _counters(tx, office)
    return read_outlook(tx.conn, office, ticket, tx.now, _expected(tx, office), counters)


def read_outlook(
    conn: Connection,
    office: OfficeInfo,
    ticket: TicketNow,
    now: datetime,
    expected: tuple[Expected, ...] | None = None,
    counters: Mapping[int, CounterNow] | None = None,
) -> Ahead:
    """The outlook of a waiting ticket; `expected` are the appointments to come, if known, and
    `counters` what each does now.
    """
    before = store.count_waiting_before(conn, ticket)
    if counters is None:
        counters = counter_store.load_counters(conn, office.id)
    if before > MANY:
        is_open = any(counter.state == "open" for counter in counters.values())
        return Ahead(before, BEYOND if is_open else None)
    if expected is None:
        expected = store.load_expected(conn, office.id, ticket.day)
    here = store.load_here(conn, office.id, ticket.day)
    state = OfficeState(office.id, ticket.day, now, here, counters, expected)
    ranges = forecast(state, office, now)
    return Ahead(count_ahead(ticket, here, office.counters), ranges.get(ticket.id))


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

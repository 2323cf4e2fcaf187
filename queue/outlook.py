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
from .durations import Durations
from .forecast import WAY_MINUTES, forecast_one, range_of
from .learning.known import learned_of
from .learning.learned import Learned
from .learning.store import keep_forecast
from .ranges import BEYOND, BEYOND_MINUTES, Range
from .rules import count_ahead
from .state import CounterNow, Expected, OfficeState, TicketNow

# With so many in front and too few counters for them, the range is "more than" whatever a replay
# would say; reading them all for each of a crowd of draws would cost more than the draw.
MANY = 60
_EXPECTED = "queue.expected"
_COUNTERS = "queue.counters"


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many are called earlier, and the range of the wait (None: no counter is open).

    `minutes` is the forecast that the range was made of.
    """

    ahead: int
    wait: Range | None
    minutes: float | None = None


def look_ahead(tx: Tx, office: OfficeInfo, ticket: TicketNow) -> Ahead:
    """The outlook of a waiting ticket inside the command that wrote it; kept, to be scored."""
    counters = _counters(tx, office)
    told = read_outlook(tx.conn, office, ticket, tx.now, _expected(tx, office), counters)
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
) -> Ahead:
    """The outlook of a waiting ticket; `expected` are the appointments to come, if known, and
    `counters` what each does now.
    """
    before = store.count_waiting_before(conn, ticket)
    if counters is None:
        counters = counter_store.load_counters(conn, office.id)
    learned = learned_of(conn, office.id, now)
    if before > MANY:
        plain = _plain_minutes(before, office, counters, learned)
        if plain is None or plain > BEYOND_MINUTES:
            return Ahead(before, None if plain is None else BEYOND, plain)
    if expected is None:
        expected = store.load_expected(conn, office.id, ticket.day)
    here = store.load_here(conn, office.id, ticket.day)
    state = OfficeState(office.id, ticket.day, now, here, counters, expected, learned=learned)
    outlook = forecast_one(state, office, now, ticket.id)
    return Ahead(
        count_ahead(ticket, here, office.counters),
        range_of(outlook, learned),
        None if outlook is None else outlook.minutes,
    )


def _plain_minutes(
    before: int, office: OfficeInfo, counters: Mapping[int, CounterNow], learned: Learned
) -> float | None:
    """Tickets ahead x mean / open counters: enough to see that it will be very long."""
    open_now = sum(counter.state == "open" for counter in counters.values())
    if not open_now:
        return None
    durations = Durations(office, learned)
    means = [durations.mean(offer.id) for offer in office.offers if offer.walk_in]
    mean = sum(means) / len(means) if means else 0.0
    return before * (WAY_MINUTES + mean) / open_now


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

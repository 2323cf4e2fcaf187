"""Other ways to foretell a wait, for comparison.

The plain formulas are given the true mean of all visits, which an office would have to guess.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from aufruf.queue.forecasting.forecast import forecast_one
from aufruf.queue.learning.learned import NOTHING_LEARNED, Learned
from aufruf.queue.state import OfficeState, TicketNow
from tests.queue.line import House
from tests.simulation.house import TRUE_FACTORS, WAY
from tests.simulation.plan import true_mean

TRUE_MEAN = true_mean() + WAY
KNOWS_THE_TRUTH = Learned(factors=TRUE_FACTORS)


def naive(state: OfficeState, ticket: TicketNow) -> float:
    """Tickets ahead x mean / counters that are open."""
    ahead = sum(one.place_in_line < ticket.place_in_line for one in state.in_state("waiting"))
    return ahead * TRUE_MEAN / max(1, len(_open(state)))


def zms(state: OfficeState, ticket: TicketNow) -> float:
    """As ZMS reckons: each takes mean / counters; appointments of today go first from 2 min early.

    Appointments count whether or not anybody came. From QueueList::withEstimatedWaitingTime of
    it-at-m/eappointment; the figure shown is that at the end of the slot.
    """
    slot = TRUE_MEAN / max(1, len(state.counters))
    starts = sorted([*(one.start for one in state.expected), *_starts_here(state, ticket)])
    walk_ins = sum(
        one.appointment_id is None and one.drawn_at < ticket.drawn_at
        for one in state.in_state("waiting")
    )
    passed, taken = 2.0, 1
    while True:
        if starts and passed >= _minutes(starts[0], state.now):
            starts.pop(0)
        elif walk_ins:
            walk_ins -= 1
        else:
            return float(int(taken * slot))
        passed += slot
        taken += 1


def oracle(state: OfficeState, house: House, ticket: TicketNow) -> float:
    """The same replay, knowing the true means of all services."""
    return _replayed(state, house, ticket, KNOWS_THE_TRUTH)


def untaught(state: OfficeState, house: House, ticket: TicketNow) -> float:
    """The same replay with what is configured: an office's first day."""
    return _replayed(state, house, ticket, NOTHING_LEARNED)


def _replayed(state: OfficeState, house: House, ticket: TicketNow, learned: Learned) -> float:
    outlook = forecast_one(replace(state, learned=learned), house, state.now, ticket.id)
    return 0.0 if outlook is None else outlook.minutes


def _open(state: OfficeState) -> Sequence[int]:
    return [number for number, one in state.counters.items() if one.state == "open"]


def _starts_here(state: OfficeState, ticket: TicketNow) -> list[datetime]:
    return [
        one.appointment_start
        for one in state.in_state("waiting")
        if one.appointment_start is not None and one.id != ticket.id
    ]


def _minutes(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds() / 60

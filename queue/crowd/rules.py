"""What is certain of somebody far back in a long line, from counts of those in front. Pure.

Counted are only those who want what the same counters do: sixty for identity cards are in nobody's
way who only fetches something found, at a counter of its own. The counts are read by `store.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from math import exp, inf

from ..forecasting.durations import Durations
from ..forecasting.forecast import WAY_MINUTES
from ..forecasting.ranges import BEYOND_MINUTES, MOST_AHEAD
from ..forecasting.replay import PATIENCE_MINUTES, Kind, Server, can_take
from ..rules import CanCall, serves
from ..state import Asked, TicketNow

# The replay of such a line says "more than 90 minutes" whoever of it leaves, whoever is quick.
SURELY_MINUTES = 1.25 * BEYOND_MINUTES


@dataclass(frozen=True)
class Alike:
    """So many who wait in front for the same; `later` when they asked not to be called yet."""

    services: tuple[Asked, ...]
    step_free: bool
    reserved: int | None
    later: bool
    number: int

    @cached_property
    def kind(self) -> Kind:
        return (frozenset(asked.offer_id for asked in self.services), self.step_free, self.reserved)

    def is_like(self, other: "Alike") -> bool:
        return (self.services, self.later, *self.kind) == (other.services, other.later, *other.kind)


def with_one_more(before: Sequence[Alike], ticket: TicketNow, now: datetime) -> list[Alike]:
    """The same line with this ticket in it."""
    to_do = tuple(Asked(one.offer_id, one.count) for one in ticket.services if one.step_id is None)
    later = ticket.not_before is not None and ticket.not_before > now
    own = Alike(to_do, ticket.step_free, ticket.reserved_counter_id, later, 1)
    more = sum((alike.number for alike in before if alike.is_like(own)), start=1)
    return [*(one for one in before if not one.is_like(own)), replace(own, number=more)]


def count_alike(ticket: TicketNow, before: Iterable[Alike], counters: Iterable[CanCall]) -> int:
    """What `rules.count_ahead` counts one by one."""
    mine = [c for c in counters if serves(c, ticket.offers, step_free=ticket.step_free, only=None)]
    return sum(
        alike.number
        for alike in before
        if any(serves(c, alike.kind[0], step_free=alike.step_free, only=None) for c in mine)
    )


def count_taken(own: Sequence[Server], before: Iterable[Alike]) -> int:
    """Of those in front, how many its `own` counters can take."""
    return sum(alike.number for alike in before if any(can_take(one, alike.kind) for one in own))


def able(servers: Iterable[Server], ticket: TicketNow) -> list[Server]:
    """The counters that call and can take the ticket; without one there is no forecast."""
    kind = (ticket.offers, ticket.step_free, ticket.reserved_counter_id)
    return [server for server in servers if can_take(server, kind)]


def surely_beyond(
    own: Sequence[Server],
    before: Iterable[Alike],
    servers: Sequence[Server],
    durations: Durations,
) -> float | None:
    """About how soon one of its `own` counters has nobody in front, if surely "more than 90".

    A counter is through when all it can take are called: their work, shared by all `servers` that
    can do any of it. Who asked to be called later, and who has yet to come, is left out.
    """
    here = [alike for alike in before if not alike.later]
    takes = [_taken(server, here) for server in servers]
    soonest = inf
    for places in {_taken(server, here) for server in own}:
        helping = sum(not places.isdisjoint(others) for others in takes)
        mine = [here[place] for place in places]
        minutes = _minutes_through(mine, helping, durations)
        if sum(alike.number for alike in mine) <= MOST_AHEAD or minutes <= SURELY_MINUTES:
            return None
        soonest = min(soonest, minutes)
    return soonest


def _taken(server: Server, here: Sequence[Alike]) -> frozenset[int]:
    """Which of these it can take, by their places in the list."""
    return frozenset(nth for nth, alike in enumerate(here) if can_take(server, alike.kind))


def _minutes_through(mine: Iterable[Alike], helping: int, durations: Durations) -> float:
    """Until these are called, less those who have left by then, as the replay reckons it."""
    work = sum(alike.number * (WAY_MINUTES + durations.minutes(alike.services)) for alike in mine)
    return PATIENCE_MINUTES * (1.0 - exp(-work / max(helping, 1) / PATIENCE_MINUTES))

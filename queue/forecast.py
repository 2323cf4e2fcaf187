"""How long everybody will wait: the order of calling, replayed once with expected durations.

Pure: no SQL, no clock. How a forecast becomes the range people see is in `ranges.py`. One
deterministic replay comes within a few percent of two hundred random ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from math import erfc, log, sqrt
from typing import Protocol

from .ranges import Range, shown_range
from .rules import CanCall, rank_of_appointment, serves
from .state import Asked, CounterNow, Expected, OfficeState, TicketNow

# From pressing "next" until the citizen sits down.
WAY_MINUTES = 1.0
# Breaks decide more than durations do: assuming that absent counters never return loses nearly
# all of the gain over "tickets ahead x mean / counters".
BACK_AFTER_PLANNED_MINUTES, BACK_AFTER_UNPLANNED_MINUTES = 2.0, 5.0
GONE_AFTER_MINUTES = 15.0
# Durations are log-normal; sigma 0.55 is a standard deviation of 0.6 times the mean.
SIGMA = 0.55
# Appointments: 12 % stay away; the others come 8 minutes early on average, give or take 8.
SHOW_RATE = 0.88
EARLY_MINUTES, EARLY_SPREAD_MINUTES = 8.0, 8.0
UNLIKELY = 0.05


class Timed(Protocol):
    """An offer of the directory, as far as time goes."""

    @property
    def id(self) -> int: ...
    def duration(self, count: int) -> int: ...


class Replayed(Protocol):
    """An office of the directory, as far as the replay goes."""

    @property
    def head_start_minutes(self) -> int: ...
    @property
    def grace_minutes(self) -> int: ...
    @property
    def offers(self) -> Sequence[Timed]: ...
    @property
    def counters(self) -> Sequence[CanCall]: ...


@dataclass(frozen=True, slots=True)
class Server:
    """A counter that calls: from when (minutes from now) and what it serves."""

    counter: CanCall
    free_in: float
    only: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who waits or will: callable in so many minutes, in this place of the line."""

    key: int
    place: tuple[datetime, str, int]
    callable_in: float
    minutes: float
    offers: frozenset[int]
    step_free: bool
    reserved: int | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the replay says of one ticket: minutes until called, tickets called before it."""

    minutes: float
    ahead: int


def forecast(state: OfficeState, office: Replayed, now: datetime) -> dict[int, Range | None]:
    """The range of every waiting ticket by id; None where no counter serves it or will soon."""
    outlooks = replay(servers_of(state, office, now), arrivals_of(state, office, now))
    return {ticket.id: range_of(outlooks.get(ticket.id)) for ticket in state.in_state("waiting")}


def forecast_new(
    state: OfficeState, office: Replayed, now: datetime, asked: Iterable[Asked]
) -> Range | None:
    """The range for somebody who draws a ticket now for these services."""
    services = tuple(asked)
    newcomer = Arrival(
        key=-1,
        place=(now, "~", 0),  # after every letter: of equal ranks the newest comes last
        callable_in=0.0,
        minutes=WAY_MINUTES + minutes_of(office, services),
        offers=frozenset(one.offer_id for one in services),
        step_free=False,
        reserved=None,
        counts=True,
    )
    arrivals = [*arrivals_of(state, office, now), newcomer]
    return range_of(replay(servers_of(state, office, now), arrivals).get(newcomer.key))


def range_of(outlook: Outlook | None) -> Range | None:
    return None if outlook is None else shown_range(outlook.minutes, outlook.ahead)


def servers_of(state: OfficeState, office: Replayed, now: datetime) -> list[Server]:
    """The counters that call or are expected back, with the time each is free."""
    busy = {ticket.counter_id: ticket for ticket in state.in_state("called", "serving")}
    servers: list[Server] = []
    for counter in office.counters:
        present = state.counters.get(counter.id)
        back_in = None if present is None else minutes_until_back(present, now)
        if present is not None and back_in is not None:
            ticket = busy.get(counter.id)
            free_in = 0.0 if ticket is None else minutes_left(ticket, office, now)
            servers.append(Server(counter, max(back_in, free_in), present.offers))
    return servers


def minutes_until_back(counter: CounterNow, now: datetime) -> float | None:
    """0 when open; for a break until it should end; None when closed or gone too long."""
    if counter.state == "open":
        return 0.0
    if counter.state == "closed":
        return None
    if counter.until is None:
        gone = _minutes(now - counter.since)
        return None if gone > GONE_AFTER_MINUTES else BACK_AFTER_UNPLANNED_MINUTES
    left = _minutes(counter.until - now)
    if -left > GONE_AFTER_MINUTES:
        return None
    return max(left, 0.0) + BACK_AFTER_PLANNED_MINUTES


def minutes_left(ticket: TicketNow, office: Replayed, now: datetime) -> float:
    """Until the citizen called to a counter or served there is expected to be done."""
    whole = minutes_of(office, ticket.services)
    if ticket.status == "called" or ticket.started_at is None:
        on_the_way = _minutes(now - (ticket.called_at or now))
        return whole + max(0.0, WAY_MINUTES - on_the_way)
    return remaining_minutes(whole, _minutes(now - ticket.started_at))


def remaining_minutes(mean: float, passed: float) -> float:
    """E[D - passed | D > passed] of a log-normal duration D with this mean, in minutes."""
    if passed <= 0.0:
        return mean
    standard = (log(passed / mean) + SIGMA * SIGMA / 2) / SIGMA
    longer = erfc(standard / sqrt(2.0))
    if longer < 1e-9:
        # Far out in the tail the hazard of a log-normal falls: about passed * sigma / standard.
        return passed * SIGMA / standard
    return max(0.5, mean * erfc((standard - SIGMA) / sqrt(2.0)) / longer - passed)


def minutes_of(office: Replayed, services: Iterable[Asked]) -> float:
    """The configured duration of these services together; what is unknown takes no time."""
    offers = {offer.id: offer for offer in office.offers}
    known = ((offers.get(one.offer_id), one.count) for one in services)
    return float(sum(offer.duration(count) for offer, count in known if offer is not None))


def chance_to_come(start: datetime, now: datetime) -> float:
    """The chance that somebody with an appointment still comes, given not being here yet."""
    passed = (_minutes(now - start) + EARLY_MINUTES) / EARLY_SPREAD_MINUTES
    still_to_arrive = SHOW_RATE * erfc(passed / sqrt(2.0)) / 2.0
    return still_to_arrive / (still_to_arrive + 1.0 - SHOW_RATE)


def arrivals_of(state: OfficeState, office: Replayed, now: datetime) -> list[Arrival]:
    waiting = [_waiting(ticket, office, now) for ticket in state.in_state("waiting")]
    expected = (_expected(one, office, now) for one in state.expected)
    return [*waiting, *(one for one in expected if one is not None)]


def _waiting(ticket: TicketNow, office: Replayed, now: datetime) -> Arrival:
    later = ticket.not_before
    return Arrival(
        key=ticket.id,
        place=ticket.place_in_line,
        callable_in=0.0 if later is None else max(0.0, _minutes(later - now)),
        minutes=WAY_MINUTES + minutes_of(office, ticket.services),
        offers=ticket.offers,
        step_free=ticket.step_free,
        reserved=ticket.reserved_counter_id,
        counts=True,
    )


def _expected(one: Expected, office: Replayed, now: datetime) -> Arrival | None:
    """An appointment still to come: takes its time weighted with the chance that it comes."""
    chance = chance_to_come(one.start, now)
    if chance < UNLIKELY:
        return None
    arrives_in = max(1.0, _minutes(one.start - now) - EARLY_MINUTES)
    rank = rank_of_appointment(
        one.start,
        now + timedelta(minutes=arrives_in),
        head_start_minutes=office.head_start_minutes,
        grace_minutes=office.grace_minutes,
    )
    return Arrival(
        key=-1 - one.appointment_id,
        place=(rank, "T", one.appointment_id),
        callable_in=arrives_in,
        minutes=chance * (WAY_MINUTES + minutes_of(office, one.services)),
        offers=one.offers,
        step_free=False,
        reserved=None,
        counts=False,
    )


Kind = tuple[frozenset[int], bool, int | None]
Line = list[tuple[tuple[datetime, str, int], int, Arrival]]


def replay(servers: Sequence[Server], arrivals: Sequence[Arrival]) -> dict[int, Outlook]:
    """Call everybody in the order of the rules; those no server can serve do not appear.

    Tickets that the same counters can serve form one line in order of rank, so a free counter
    looks at the head of each line only: 300 waiting take well under a millisecond.
    """
    lines: dict[Kind, Line] = {}
    coming = sorted(arrivals, key=lambda one: one.callable_in, reverse=True)
    for one in arrivals:
        lines.setdefault(_kind(one), [])
    served_by = [[lines[kind] for kind in lines if _can(server, kind)] for server in servers]
    free = [(server.free_in, index) for index, server in enumerate(servers)]
    heapify(free)
    outlooks: dict[int, Outlook] = {}
    called = 0
    while free:
        minute, index = heappop(free)
        while coming and coming[-1].callable_in <= minute:
            _join(lines, coming.pop())
        heads = [line for line in served_by[index] if line]
        if not heads:
            # Nobody for this counter: it looks again when the next person becomes callable.
            if coming:
                heappush(free, (coming[-1].callable_in, index))
            continue
        _, _, chosen = heappop(min(heads, key=lambda line: line[0][0]))
        outlooks[chosen.key] = Outlook(minute, called)
        called += chosen.counts
        heappush(free, (minute + chosen.minutes, index))
    return outlooks


def _kind(one: Arrival) -> Kind:
    return (one.offers, one.step_free, one.reserved)


def _can(server: Server, kind: Kind) -> bool:
    offers, step_free, reserved = kind
    if reserved not in {None, server.counter.id}:
        return False
    return serves(server.counter, offers, step_free=step_free, only=server.only)


def _join(lines: Mapping[Kind, Line], one: Arrival) -> None:
    heappush(lines[_kind(one)], (one.place, one.key, one))


def _minutes(length: timedelta) -> float:
    return length.total_seconds() / 60.0

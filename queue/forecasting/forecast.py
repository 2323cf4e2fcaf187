"""How long everybody will wait: who is there, who is to come and when counters are free.

Pure: no SQL, no clock. The replay itself is in `replay.py`, durations are in `durations.py`; how a
forecast becomes the range people see is in `ranges.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import erfc, sqrt
from typing import Protocol

from ..learning.learned import NOTHING_LEARNED, Learned
from ..rules import CanCall, rank_of_appointment
from ..state import Asked, CounterNow, Expected, OfficeState, TicketNow
from .durations import Durations, Timed, remaining_minutes
from .ranges import Range, shown_range
from .replay import Arrival, Outlook, Server, replay

# From pressing "next" until the citizen sits down.
WAY_MINUTES = 1.0
# Breaks decide more than durations do: assuming that absent counters never return loses nearly
# all of the gain over "tickets ahead x mean / counters".
BACK_AFTER_PLANNED_MINUTES, BACK_AFTER_UNPLANNED_MINUTES = 2.0, 5.0
GONE_AFTER_MINUTES = 15.0
# Appointments: 12 % stay away; the others come 8 minutes early on average, give or take 8.
SHOW_RATE = 0.88
EARLY_MINUTES, EARLY_SPREAD_MINUTES = 8.0, 8.0
UNLIKELY = 0.05
# Who comes later than this changes nothing that anybody is told: that ends at "more than 90".
FAR_MINUTES = 240.0
# Keys of the replay below those of tickets (above 0) and of appointments to come (below 0).
NEWCOMERS = -(2**40)


class Replayed(Protocol):
    """An office of the directory, as far as the replay goes."""

    @property
    def head_start_minutes(self) -> int: ...
    @property
    def grace_minutes(self) -> int: ...
    @property
    def calls_absent(self) -> bool: ...
    @property
    def offers(self) -> Sequence[Timed]: ...
    @property
    def counters(self) -> Sequence[CanCall]: ...


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of every waiting ticket by id: the range of its wait, None where no counter serves it or
    will soon; how many are called before it by counters that could call it, missing there; and
    the range for somebody who draws a ticket now, for each that was wanted.
    """

    waits: Mapping[int, Range | None]
    in_front: Mapping[int, int]
    new: Sequence[Range | None]


def forecast(state: OfficeState, office: Replayed, now: datetime) -> Mapping[int, Range | None]:
    """The range of every waiting ticket by id; None where no counter serves it or will soon."""
    return forecast_all(state, office, now, []).waits


def forecast_all(
    state: OfficeState, office: Replayed, now: datetime, wanted: Sequence[tuple[Asked, ...]]
) -> Forecast:
    """All that the screens and phones of an office want, from one replay."""
    coming = [_newcomer(nth, now, services) for nth, services in enumerate(wanted)]
    arrivals = [*arrivals_of(state, office, now), *coming]
    outlooks = replay(servers_of(state, office, now), arrivals)
    line = [(one.id, outlooks.get(one.id)) for one in state.in_state("waiting")]
    return Forecast(
        {ticket_id: range_of(found, state.learned) for ticket_id, found in line},
        {ticket_id: found.in_front for ticket_id, found in line if found is not None},
        [range_of(outlooks.get(one.key), state.learned) for one in coming],
    )


def forecast_one(
    state: OfficeState, office: Replayed, now: datetime, ticket_id: int
) -> Outlook | None:
    """The replay up to one waiting ticket; None where no counter serves it or will soon."""
    servers, arrivals = servers_of(state, office, now), arrivals_of(state, office, now)
    return replay(servers, arrivals, ticket_id).get(ticket_id)


def forecast_new(
    state: OfficeState, office: Replayed, now: datetime, asked: Iterable[Asked]
) -> Range | None:
    """The range for somebody who draws a ticket now for these services."""
    (found,) = forecast_each_new(state, office, now, [tuple(asked)])
    return found


def forecast_each_new(
    state: OfficeState, office: Replayed, now: datetime, wanted: Sequence[tuple[Asked, ...]]
) -> list[Range | None]:
    """The same for each of these alone, from one replay."""
    found = _replay_new(state, office, now, wanted)
    return [range_of(outlook, state.learned) for outlook in found]


def foresee_new(
    state: OfficeState, office: Replayed, now: datetime, asked: Iterable[Asked]
) -> Outlook | None:
    """The replay up to somebody who draws a ticket now for these services."""
    (found,) = _replay_new(state, office, now, [tuple(asked)])
    return found


def _replay_new(
    state: OfficeState, office: Replayed, now: datetime, wanted: Sequence[tuple[Asked, ...]]
) -> list[Outlook | None]:
    servers, arrivals = servers_of(state, office, now), arrivals_of(state, office, now)
    coming = [_newcomer(nth, now, services) for nth, services in enumerate(wanted)]
    until = coming[0].key if len(coming) == 1 else None
    outlooks = replay(servers, [*arrivals, *coming], until)
    return [outlooks.get(one.key) for one in coming]


def _newcomer(nth: int, now: datetime, services: tuple[Asked, ...]) -> Arrival:
    """Somebody imagined: called last, and taking no time, so that none is in another's way."""
    return Arrival(
        key=NEWCOMERS - nth,
        place=(now, "~", nth),  # after every letter: of equal ranks the newest comes last
        callable_in=0.0,
        minutes=0.0,
        offers=frozenset(one.offer_id for one in services),
        step_free=False,
        reserved=None,
        counts=False,
    )


def range_of(outlook: Outlook | None, learned: Learned = NOTHING_LEARNED) -> Range | None:
    if outlook is None:
        return None
    return shown_range(outlook.minutes, outlook.ahead, learned.quantiles)


def servers_of(state: OfficeState, office: Replayed, now: datetime) -> list[Server]:
    """The counters that call or are expected back, with the time each is free."""
    durations = Durations(office, state.learned)
    busy = {ticket.counter_id: ticket for ticket in state.in_state("called", "serving")}
    servers: list[Server] = []
    for counter in office.counters:
        present = state.counters.get(counter.id)
        back_in = None if present is None else minutes_until_back(present, now)
        if present is not None and back_in is not None:
            ticket = busy.get(counter.id)
            free_in = 0.0 if ticket is None else _left(ticket, durations, now)
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


def _left(ticket: TicketNow, durations: Durations, now: datetime) -> float:
    """Minutes until the citizen called to a counter or served there is expected to be done."""
    whole = durations.minutes(ticket.services)
    if ticket.status == "called" or ticket.started_at is None:
        on_the_way = _minutes(now - (ticket.called_at or now))
        return whole + max(0.0, WAY_MINUTES - on_the_way)
    return remaining_minutes(whole, _minutes(now - ticket.started_at))


def chance_to_come(start: datetime, now: datetime) -> float:
    """The chance that somebody with an appointment still comes, given not being here yet."""
    passed = (_minutes(now - start) + EARLY_MINUTES) / EARLY_SPREAD_MINUTES
    still_to_arrive = SHOW_RATE * erfc(passed / sqrt(2.0)) / 2.0
    return still_to_arrive / (still_to_arrive + 1.0 - SHOW_RATE)


def arrivals_of(state: OfficeState, office: Replayed, now: datetime) -> list[Arrival]:
    """Everybody who waits, on site or at the telephone, and the appointments still to come."""
    durations = Durations(office, state.learned)
    waiting = [_waiting(ticket, durations, now) for ticket in state.in_state("waiting")]
    expected = (_expected(one, office, durations, now) for one in state.expected)
    return [*waiting, *(one for one in expected if one is not None)]


def _waiting(ticket: TicketNow, durations: Durations, now: datetime) -> Arrival:
    later = ticket.not_before
    return Arrival(
        key=ticket.id,
        place=ticket.place_in_line,
        callable_in=0.0 if later is None else max(0.0, _minutes(later - now)),
        minutes=WAY_MINUTES + durations.minutes(ticket.services),
        offers=ticket.offers,
        step_free=ticket.step_free,
        reserved=ticket.reserved_counter_id,
        counts=True,
        since=_minutes(ticket.drawn_at - now),
    )


def _expected(
    one: Expected, office: Replayed, durations: Durations, now: datetime
) -> Arrival | None:
    """An appointment still to come: takes its time weighted with the chance that it comes."""
    absent = office.calls_absent or one.channel != "on_site"
    arrives_in, chance = _called_absent(one, now) if absent else _comes(one, now)
    if chance < UNLIKELY or arrives_in > FAR_MINUTES:
        return None
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
        minutes=chance * (WAY_MINUTES + durations.minutes(one.services)),
        offers=one.offers,
        step_free=False,
        reserved=None,
        counts=False,
        since=arrives_in,
    )


def _comes(one: Expected, now: datetime) -> tuple[float, float]:
    """In how many minutes somebody is expected to check in, and the chance of it."""
    return max(1.0, _minutes(one.start - now) - EARLY_MINUTES), chance_to_come(one.start, now)


def _called_absent(one: Expected, now: datetime) -> tuple[float, float]:
    """It is called from its start on by itself; the chance is that somebody answers."""
    return max(0.0, _minutes(one.start - now)), SHOW_RATE


def _minutes(length: timedelta) -> float:
    return length.total_seconds() / 60.0

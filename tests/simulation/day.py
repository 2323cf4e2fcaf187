"""A day lived through in simulated time, with the real rules of the queue.

Who is next is `rules.pick_next`, ranks are the rules', states are the records the house itself
uses. There is no database: 200 days take seconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from aufruf.queue.learning.learned import NOTHING_LEARNED, Learned
from aufruf.queue.learning.rules import Stretch
from aufruf.queue.rules import (
    APPOINTMENT_LETTER,
    after,
    is_callable_at,
    pick_next,
    rank_of_appointment,
    rank_of_walk_in,
)
from aufruf.queue.state import Asked, CounterNow, Expected, OfficeState, TicketNow
from tests.queue.line import DAY, Desk, House, at
from tests.simulation.house import CASH_DESK, OPEN_MINUTES, PACES, PRESS, Case
from tests.simulation.plan import Pause, Plan, Visit, true_minutes

CALLED_FOR_NOTHING = 1.5
UNTIL_PARKED = 2.0
Act = Callable[[], None]


class Observer(Protocol):
    """Is told what happens; `minute` is the time of the day."""

    def issued(
        self, state: OfficeState, house: House, ticket: TicketNow, minute: float
    ) -> None: ...
    def called(
        self, ticket: TicketNow, desk: Desk, waiting: Sequence[TicketNow], minute: float
    ) -> None: ...


class SimulatedDay:
    """Runs a plan from opening until nobody waits."""

    def __init__(
        self,
        case: Case,
        plan: Plan,
        observers: Sequence[Observer] = (),
        learned: Learned = NOTHING_LEARNED,
    ) -> None:
        self.stretches: list[Stretch] = []
        self.tickets: dict[int, TicketNow] = {}
        self._house = case.house
        self._desks = {desk.id: desk for desk in self._house.counters}
        self._visits = {visit.id: visit for visit in plan.visits}
        self._observers = observers
        self._learned = learned
        self._counters = {n: CounterNow(n, "open", at(0)) for n in self._desks}
        self._idle = dict.fromkeys(self._desks)
        self._pending: dict[int, list[Pause]] = {n: [] for n in self._desks}
        self._expected = {v.id: _expected(v) for v in plan.visits if v.start is not None}
        self._serials = count(1)
        self._order = count()
        self._coming: list[tuple[float, int, Act]] = []
        self._plan(plan)

    def run(self) -> None:
        """Live through the day."""
        while self._coming:
            self._minute, _, act = heappop(self._coming)
            act()

    @property
    def state(self) -> OfficeState:
        """The office as the forecast sees it."""
        return OfficeState(
            office_id=1,
            day=DAY,
            now=self._now,
            tickets=tuple(self.tickets.values()),
            counters=self._counters,
            expected=tuple(self._expected.values()),
            learned=self._learned,
        )

    @property
    def _now(self) -> datetime:
        return at(self._minute)

    def _plan(self, plan: Plan) -> None:
        self._minute = 0.0
        for visit in plan.visits:
            if visit.comes or visit.channel == "phone":
                self._at(visit.arrives, lambda visit=visit: self._arrive(visit))
        for pause in plan.pauses:
            self._at(pause.at, lambda pause=pause: self._want_pause(pause))

    def _at(self, minute: float, act: Act) -> None:
        heappush(self._coming, (minute, next(self._order), act))

    def _in(self, minutes: float, act: Act) -> None:
        self._at(self._minute + minutes, act)

    def _arrive(self, visit: Visit) -> None:
        self._expected.pop(visit.id, None)
        ticket = self._ticket(visit)
        self.tickets[visit.id] = ticket
        for observer in self._observers:
            observer.issued(self.state, self._house, ticket, self._minute)
        if visit.later is not None:
            later = at(self._minute + visit.later)
            self.tickets[visit.id] = replace(ticket, not_before=later, delays=1)
            self._in(visit.later, self._call_idle)
        if not visit.silent:
            self._in(visit.leaves_after, lambda: self._leave(visit.id))
        self._call_idle()

    def _ticket(self, visit: Visit) -> TicketNow:
        start = None if visit.start is None else at(visit.start)
        letter = "A" if start is None else APPOINTMENT_LETTER
        serial = next(self._serials)
        return TicketNow(
            id=visit.id,
            office_id=1,
            area_id=1,
            day=DAY,
            letter=letter,
            serial=serial,
            token=str(visit.id),
            status="waiting",
            rank=rank_of_walk_in(self._now) if start is None else self._rank(start),
            drawn_at=self._now,
            language="de",
            services=visit.services,
            appointment_id=None if start is None else visit.id,
            appointment_start=start,
            step_free=visit.step_free,
            channel=visit.channel,
        )

    def _rank(self, start: datetime) -> datetime:
        return rank_of_appointment(
            start,
            self._now,
            head_start_minutes=self._house.head_start_minutes,
            grace_minutes=self._house.grace_minutes,
        )

    def _leave(self, ticket_id: int) -> None:
        ticket = self.tickets.get(ticket_id)
        if ticket is not None and ticket.status == "waiting":
            self._over(ticket, "leave")

    def _call_idle(self) -> None:
        """Whoever sits idle presses; the one idle for longest is first."""
        for number in list(self._idle):
            self._call(number)

    def _free(self, number: int) -> None:
        """The counter has nobody any more: a break that was due, or the next."""
        self._idle[number] = None
        if self._pending[number]:
            self._pause(self._pending[number].pop(0))
        else:
            self._call(number)

    def _call(self, number: int) -> None:
        desk = self._desks[number]
        waiting = [one for one in self.tickets.values() if one.status == "waiting"]
        chosen = pick_next(waiting, desk, self._now)
        if chosen is None:
            return
        del self._idle[number]
        for observer in self._observers:
            observer.called(chosen, desk, waiting, self._minute)
        called = self._step(
            chosen, "call", counter_id=number, called_at=self._now, not_before=None, calls=1
        )
        visit = self._visits[chosen.id]
        waited = (self._now - chosen.drawn_at).total_seconds() / 60
        if not visit.comes or (visit.silent and waited > visit.leaves_after):
            self._in(CALLED_FOR_NOTHING, lambda: self._missed(called))
        else:
            self._in(visit.way, lambda: self._start(called))

    def _missed(self, ticket: TicketNow) -> None:
        self._over(ticket, "no_show")
        self._free(ticket.counter_id or 0)

    def _start(self, ticket: TicketNow) -> None:
        serving = self._step(ticket, "start", started_at=self._now)
        visit, number = self._visits[ticket.id], ticket.counter_id or 0
        first = not any(one.step_id for one in ticket.services)
        if visit.parked is not None and ticket.parked_by_counter_id is None and first:
            self._in(UNTIL_PARKED, lambda: self._park(serving))
            return
        slow = visit.slow[0 if first else 1]
        lasts = true_minutes(ticket.services) * PACES[(number - 1) % len(PACES)] * slow
        self._in(lasts, lambda: self._finish(serving, lasts))

    def _park(self, ticket: TicketNow) -> None:
        number = ticket.counter_id or 0
        self._step(
            ticket,
            "park",
            counter_id=None,
            called_at=None,
            started_at=None,
            parked_by_counter_id=number,
        )
        self._in(self._visits[ticket.id].parked or 0.0, lambda: self._resume(ticket.id))
        self._in(PRESS, lambda: self._free(number))

    def _resume(self, ticket_id: int) -> None:
        self._step(self.tickets[ticket_id], "resume")
        self._call_idle()

    def _finish(self, ticket: TicketNow, lasted: float) -> None:
        number = ticket.counter_id or 0
        todo = [one for one in ticket.services if one.step_id is None]
        self.stretches.append(Stretch(lasted, tuple((one.offer_id, one.count) for one in todo)))
        if self._visits[ticket.id].sent_on and len(ticket.services) == 1:
            self._send_on(ticket)
        else:
            self._over(ticket, "finish")
        self._in(PRESS, lambda: self._free(number))

    def _send_on(self, ticket: TicketNow) -> None:
        """Done, on to the cash desk: number and rank are kept."""
        (done,) = ticket.services
        services = (replace(done, rendered=done.count, step_id=1), Asked(CASH_DESK, 1))
        self._step(
            ticket, "transfer", services=services, counter_id=None, called_at=None, started_at=None
        )
        self._call_idle()

    def _step(self, ticket: TicketNow, step: str, **changes: object) -> TicketNow:
        """The ticket after a step that the rules' table of transitions allows."""
        status = after(step, ticket.status)
        changed = replace(ticket, status=status, **changes)
        self.tickets[ticket.id] = changed
        return changed

    def _over(self, ticket: TicketNow, step: str) -> None:
        after(step, ticket.status)
        del self.tickets[ticket.id]

    def _want_pause(self, pause: Pause) -> None:
        """A break begins when the person at the counter is done."""
        if pause.counter in self._idle:
            self._pause(pause)
        elif self._minute < OPEN_MINUTES:
            self._pending[pause.counter].append(pause)

    def _pause(self, pause: Pause) -> None:
        number = pause.counter
        del self._idle[number]
        until = None if pause.planned is None else at(self._minute + pause.planned)
        self._counters[number] = CounterNow(number, "break", self._now, until)
        self._in(pause.lasts, lambda: self._back(number))

    def _back(self, number: int) -> None:
        self._counters[number] = CounterNow(number, "open", self._now)
        self._free(number)

    def callable_at(self, number: int) -> list[TicketNow]:
        """All that an automatic call at this counter may take now."""
        desk = self._desks[number]
        return [one for one in self.tickets.values() if is_callable_at(one, desk, self._now)]


def _expected(visit: Visit) -> Expected:
    start = visit.start or 0.0
    return Expected(visit.id, at(start), at(start + 15), visit.services, visit.channel)

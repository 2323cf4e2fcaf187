"""P1 and P2 of the order of calling, checked at every automatic call in words of their own.

P3, that nobody starves while a counter calls, is that a day ends with nobody left.
"""

from collections.abc import Sequence
from datetime import timedelta

from aufruf.queue.rules import is_callable_at
from aufruf.queue.state import OfficeState, TicketNow
from tests.queue.line import Desk, House, at


class Promises:
    """Counts calls and what they broke; an observer of days.

    `overtaken` says of each walk-in how many came later and were called earlier.
    """

    def __init__(self, house: House) -> None:
        self.calls = 0
        self.broken: list[str] = []
        self.overtaken: list[int] = []
        self._head_start = timedelta(minutes=house.head_start_minutes)
        self._grace = timedelta(minutes=house.grace_minutes)
        self._seen: dict[int, int] = {}

    def begin(self) -> None:
        self._seen.clear()

    def issued(self, state: OfficeState, house: House, ticket: TicketNow, minute: float) -> None:
        del state, house, minute
        if ticket.appointment_id is None:
            self._seen[ticket.id] = 0

    def called(
        self, ticket: TicketNow, desk: Desk, waiting: Sequence[TicketNow], minute: float
    ) -> None:
        self.calls += 1
        now = at(minute)
        if not is_callable_at(ticket, desk, now):
            self.broken.append(f"P1: {ticket.number} cannot be called here")
        for one in waiting:
            if one.id != ticket.id and is_callable_at(one, desk, now):
                self._compare(ticket, one)
        if ticket.id in self._seen:
            self.overtaken.append(self._seen.pop(ticket.id))

    def _compare(self, ticket: TicketNow, other: TicketNow) -> None:
        """The called ticket with one that could have been called in its place."""
        if (other.rank, other.letter, other.serial) < (ticket.rank, ticket.letter, ticket.serial):
            self.broken.append(f"P1: {ticket.number} before {other.number}")
        elif other.id in self._seen and ticket.drawn_at > other.drawn_at:
            self._seen[other.id] += 1
            if not self._may_overtake(ticket, other):
                self.broken.append(f"P2: {ticket.number} before {other.number}")

    def _may_overtake(self, ticket: TicketNow, walk_in: TicketNow) -> bool:
        """P2: who came after a walk-in and goes first has an appointment about that time."""
        start, drawn = ticket.appointment_start, walk_in.drawn_at
        return start is not None and drawn - self._grace <= start <= drawn + self._head_start

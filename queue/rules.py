"""The decisions of the queue: which step fits which state, who is next, and why.

Pure: no SQL, no clock, `now` is passed in. The forecast that replays the order of calling is in
`forecast.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from math import ceil
from typing import Protocol

from ..core.errors import wrong_state
from ..office.rules import can_serve
from .state import TicketNow, in_order

IN_THE_HOUSE = ("waiting", "called", "serving", "parked")
# The whole table. A step that is not listed for a state is refused.
TRANSITIONS: Mapping[str, Mapping[str, str]] = {
    "call": {"waiting": "called", "parked": "called"},
    "recall": {"called": "called"},
    "start": {"called": "serving"},
    "finish": {"serving": "finished"},
    "no_show": {"called": "no_show"},
    "put_back": {"called": "waiting", "serving": "waiting"},
    "return": {"no_show": "waiting", "finished": "waiting"},
    "come_back": {"cancelled": "waiting"},
    "park": {"called": "parked", "serving": "parked"},
    "resume": {"parked": "waiting"},
    "transfer": {"called": "waiting", "serving": "waiting"},
    "leave": {"waiting": "cancelled", "parked": "cancelled", "called": "cancelled"},
    "discard": {"waiting": "cancelled", "parked": "cancelled", "called": "cancelled"},
    "stay": {"cancelled": "waiting"},
    "stay_aside": {"cancelled": "parked"},
    "delay": {"waiting": "waiting", "called": "waiting"},
    "on_the_way": {status: status for status in ("waiting", "parked", "called")},
    "change": {status: status for status in IN_THE_HOUSE},
    "join": {status: status for status in IN_THE_HOUSE},
    "rank": {"waiting": "waiting", "parked": "parked"},
    "close_day": {
        "waiting": "expired",
        "parked": "expired",
        "called": "no_show",
        "serving": "finished",
    },
}
AT_A_COUNTER = frozenset({"called", "serving"})

APPOINTMENT_LETTER = "T"
PAPER_LETTER = "P"  # of rolls for an outage; no service has it
HIGHEST_SERIAL = 999
UNDO_WINDOW = timedelta(seconds=10)
# Who gives the number back reads on a small page, perhaps in another language, what that means.
STAY_WINDOW = timedelta(seconds=60)
MOST_DELAYS = 2
# Staff may let somebody urgent count as drawn this much earlier: as much as an appointment gets
# by default, so that urgency does not push aside those who waited longer than that.
PRIORITY_HEAD_START = timedelta(minutes=30)


class CanCall(Protocol):
    """What the order of calling needs to know of a counter; the directory's fit."""

    @property
    def id(self) -> int: ...
    @property
    def offers(self) -> frozenset[int]: ...
    @property
    def accessible(self) -> bool: ...


def after(step: str, status: str) -> str:
    """The state a step leads to; raises wrong_state (409) when it does not fit the present one."""
    following = TRANSITIONS[step].get(status)
    if following is None:
        raise wrong_state(status)
    return following


def rank_of_walk_in(drawn_at: datetime, *, priority: bool = False) -> datetime:
    """The time the ticket was drawn, less a head start of its own when staff said it is urgent."""
    return drawn_at - PRIORITY_HEAD_START if priority else drawn_at


def is_late(start: datetime, checked_in_at: datetime, *, grace_minutes: int) -> bool:
    return checked_in_at > start + timedelta(minutes=grace_minutes)


def rank_of_appointment(
    start: datetime, checked_in_at: datetime, *, head_start_minutes: int, grace_minutes: int
) -> datetime:
    """Its start less the head start; the time of check-in when that was after the grace time."""
    if is_late(start, checked_in_at, grace_minutes=grace_minutes):
        return checked_in_at
    return start - timedelta(minutes=head_start_minutes)


def rank_with_place(
    start: datetime, rank: datetime, *, head_start_minutes: int, priority: bool
) -> datetime | None:
    """The rank of an appointment that gets its place back; None when it never lost it."""
    own = rank_of_walk_in(start - timedelta(minutes=head_start_minutes), priority=priority)
    return own if own < rank else None


def rank_with_priority(rank: datetime, *, was: bool, priority: bool) -> datetime:
    """The rank after somebody was said to be urgent, or not any more: the same way back."""
    if was == priority:
        return rank
    return rank - PRIORITY_HEAD_START if priority else rank + PRIORITY_HEAD_START


def recall_wait(ticket: TicketNow, now: datetime, *, recall_seconds: int) -> int:
    """Whole seconds until the same person may be called again, or said not to be here."""
    if ticket.last_call_at is None:
        return 0
    left = ticket.last_call_at + timedelta(seconds=recall_seconds) - now
    return max(0, ceil(left.total_seconds()))


def calls_needed(ticket: TicketNow, *, recall_limit: int) -> int:
    """How many more calls of this turn before the person may be said not to be here."""
    return max(0, recall_limit - ticket.calls)


def serves(
    counter: CanCall, offers: frozenset[int], *, step_free: bool, only: Collection[int] | None
) -> bool:
    """Whether the counter can do all of these; `only` is what it serves now, None for all."""
    return (counter.accessible or not step_free) and can_serve(counter, offers, only)


def is_callable_at(
    ticket: TicketNow, counter: CanCall, now: datetime, *, only: Collection[int] | None = None
) -> bool:
    """Whether an automatic call at this counter may take the ticket at this moment."""
    return (
        ticket.status == "waiting"
        and (ticket.not_before is None or ticket.not_before <= now)
        and ticket.reserved_counter_id in {None, counter.id}
        and serves(counter, ticket.offers, step_free=ticket.step_free, only=only)
    )


def pick_next(
    tickets: Iterable[TicketNow],
    counter: CanCall,
    now: datetime,
    *,
    only: Collection[int] | None = None,
) -> TicketNow | None:
    """P1: the smallest (rank, number) of all that are callable at this counter at this moment."""
    callable_now = (t for t in tickets if is_callable_at(t, counter, now, only=only))
    return min(callable_now, key=lambda ticket: ticket.place_in_line, default=None)


Value = datetime | int | str


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody is next, as data: `code` names a sentence of the catalogue
    (`counter.why.<code>`), `values` fill it. `later` is a second sentence about the first
    appointment that has to wait."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict[str, Value])
    later: "Why | None" = None


def explain(
    chosen: TicketNow,
    tickets: Iterable[TicketNow],
    counter: CanCall,
    now: datetime,
    *,
    only: Collection[int] | None = None,
) -> Why:
    """The reason `pick_next` took this one, compared with the others callable at the counter."""
    others = in_order(
        t for t in tickets if t.id != chosen.id and is_callable_at(t, counter, now, only=only)
    )
    return reason_for(chosen, others, counter)


def reason_for(chosen: TicketNow, others: Iterable[TicketNow], counter: CanCall) -> Why:
    """The same where the others callable there are known, in order; no more are looked at than
    it takes.
    """
    rest = iter(others)
    second = next(rest, None)
    code, values = _reason(chosen, counter, alone=second is None)
    following = () if second is None else chain((second,), rest)
    return Why(code, values, _later_appointment(following))


def _reason(chosen: TicketNow, counter: CanCall, *, alone: bool) -> tuple[str, dict[str, Value]]:
    if chosen.reserved_counter_id == counter.id:
        return "reserved", {}
    if alone:
        return "only_one", {}
    if chosen.priority:
        return "priority", {"counts_from": chosen.rank}
    start = chosen.appointment_start
    if start is not None and chosen.rank >= start:
        return "late_appointment", {"start": start, "counts_from": chosen.rank}
    if start is not None:
        return "appointment", {"start": start, "counts_from": chosen.rank}
    return "longest_waiting", {"since": chosen.rank}


def _later_appointment(others: Iterable[TicketNow]) -> Why | None:
    for ticket in others:
        start = ticket.appointment_start
        if start is not None:
            values = {"number": ticket.number, "start": start, "counts_from": ticket.rank}
            return Why("appointment_counts_from", values)
    return None


def count_ahead(
    ticket: TicketNow, tickets: Iterable[TicketNow], counters: Iterable[CanCall]
) -> int:
    """How many waiting tickets are called earlier at a counter that could serve this one too."""
    earlier = (other for other in tickets if other.place_in_line < ticket.place_in_line)
    return count_alike_waiting(ticket.offers, earlier, counters, step_free=ticket.step_free)


def count_alike_waiting(
    offers: frozenset[int],
    tickets: Iterable[TicketNow],
    counters: Iterable[CanCall],
    *,
    step_free: bool = False,
) -> int:
    """How many waiting tickets a counter could serve that could serve all of these offers too."""
    mine = [one for one in counters if serves(one, offers, step_free=step_free, only=None)]
    return sum(
        1
        for other in tickets
        if other.status == "waiting"
        and any(serves(c, other.offers, step_free=other.step_free, only=None) for c in mine)
    )


def stay_until(ticket: TicketNow) -> datetime | None:
    """Until when who gave the number back may keep it after all; None for whom others removed."""
    left = ticket.left_at
    if ticket.status != "cancelled" or left is None or left != ticket.finished_at:
        return None
    return left + STAY_WINDOW


def is_on_the_way(ticket: TicketNow) -> bool:
    """Whether the holder said so in this turn; what was said before the call does not answer it."""
    said, called = ticket.on_the_way_at, ticket.called_at
    return said is not None and (called is None or said >= called)


def may_undo(*, stepped_at: datetime, now: datetime) -> bool:
    return timedelta() <= now - stepped_at <= UNDO_WINDOW

"""Tickets, counters and offices of the pure tests, made by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from aufruf.queue.state import Asked, TicketNow

NINE = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 25)


def at(minutes: float) -> datetime:
    """So many minutes after nine in Berlin."""
    return NINE + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Desk:
    """A counter as the order of calling sees it."""

    id: int
    offers: frozenset[int]
    accessible: bool = True


@dataclass(frozen=True)
class Work:
    """An offer as the forecast sees it."""

    id: int
    minutes: int
    further_minutes: int = 0

    def duration(self, count: int) -> int:
        return self.minutes + (count - 1) * self.further_minutes


@dataclass(frozen=True)
class House:
    """An office as the forecast sees it."""

    offers: Sequence[Work]
    counters: Sequence[Desk]
    head_start_minutes: int = 30
    grace_minutes: int = 10
    calls_absent: bool = False


def desk(counter_id: int, *offers: int, accessible: bool = True) -> Desk:
    return Desk(counter_id, frozenset(offers), accessible)


def ticket(
    ticket_id: int,
    rank: float = 0.0,
    *,
    offers: Sequence[int] = (1,),
    status: str = "waiting",
    letter: str = "A",
    counter: int | None = None,
    reserved: int | None = None,
    not_before: float | None = None,
    step_free: bool = False,
    start: float | None = None,
    called: float | None = None,
    started: float | None = None,
    priority: bool = False,
) -> TicketNow:
    """A ticket; all times in minutes after nine, `rank` also for when it was drawn."""
    return TicketNow(
        id=ticket_id,
        office_id=1,
        area_id=1,
        day=DAY,
        letter=letter,
        serial=ticket_id,
        token=f"token-{ticket_id}",
        status=status,
        rank=at(rank),
        drawn_at=at(rank),
        language="de",
        services=tuple(Asked(offer, 1) for offer in offers),
        counter_id=counter,
        reserved_counter_id=reserved,
        not_before=None if not_before is None else at(not_before),
        step_free=step_free,
        appointment_id=None if start is None else ticket_id,
        appointment_start=None if start is None else at(start),
        called_at=None if called is None else at(called),
        started_at=None if started is None else at(started),
        priority=priority,
    )

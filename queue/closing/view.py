"""What the closing page shows: who still waits, and which times are free for each. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from ...booking.desk.times import DeskTimes, Shown, Wish, desk_times
from ...booking.desk.view import request_at_desk
from ...booking.mass.rules import Proposer, proposals_for
from ...booking.rules import Request
from ...booking.taken_days import DayTaken, TakenDays
from ...core.errors import DomainError
from ...core.formats import day_start, local_day
from ...office.directory import OfficeInfo
from .. import store as queue_store
from ..state import TicketNow, in_order
from . import store
from .commands import LISTED, wanted_of
from .store import Settled

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody to find an appointment for. `proposals`: one to three starts, none if none is free;
    `bookable` says whether appointments are given for it at all."""

    ticket: TicketNow
    proposals: tuple[datetime, ...] = ()
    bookable: bool = True


@dataclass(frozen=True, slots=True)
class ClosingView:
    """The office now. `coming` counts today's appointments not yet here; `others` are the other
    offices of the waiting area, with since when they are closed."""

    since: datetime | None
    rows: tuple[Row, ...]
    settled: tuple[Settled, ...]
    coming: int
    others: tuple[tuple[OfficeInfo, datetime | None], ...]


def read_closing(
    conn: Connection,
    known: TakenDays,
    office: OfficeInfo,
    others: Sequence[OfficeInfo],
    now: datetime,
) -> ClosingView:
    """Everybody who waits, is parked or called, in the order of calling; proposals once closed."""
    today = local_day(now)
    closed = store.closed_early_offices(conn, [office.id, *(each.id for each in others)], today)
    since = closed.get(office.id)
    here = queue_store.load_here(conn, office.id, today)
    listed = in_order(ticket for ticket in here if ticket.status in LISTED)
    coming = queue_store.load_expected(conn, office.id, today)
    return ClosingView(
        since=since,
        rows=_with_proposals(conn, known, office, listed, now) if since else _plain(listed),
        settled=store.load_settled(conn, office.id, today, since) if since else (),
        coming=sum(1 for each in coming if each.start >= now),
        others=tuple((each, closed.get(each.id)) for each in others),
    )


def read_times(
    conn: Connection,
    known: TakenDays,
    office: OfficeInfo,
    ticket: TicketNow,
    now: datetime,
    shown: Shown,
) -> DeskTimes | None:
    """All free times from tomorrow on; None where no appointments are given for it."""
    request = request_of(office, ticket)
    if request is None:
        return None
    if shown == Shown():
        shown = Shown(first=local_day(now) + _DAY)
    times = desk_times(conn, known, Wish(office, request), now, shown)
    # The office is closed for today: the first time of another day is the next one.
    first = next((time for each in times.days for time in each.times), None)
    return replace(times, earliest=first, sooner=None)


def request_of(office: OfficeInfo, ticket: TicketNow) -> Request | None:
    """What to book for the ticket; None for what no appointments are given for."""
    if ticket.channel == "back_office":
        return None
    try:
        request = request_at_desk(office, wanted_of(office, ticket))
    except DomainError:
        return None
    return request if ticket.channel in request.channels else None


def _plain(tickets: Sequence[TicketNow]) -> tuple[Row, ...]:
    return tuple(Row(ticket) for ticket in tickets)


def _with_proposals(
    conn: Connection,
    known: TakenDays,
    office: OfficeInfo,
    tickets: Sequence[TicketNow],
    now: datetime,
) -> tuple[Row, ...]:
    """The next free times from tomorrow on, none proposed to two; those of the public first."""

    def read(day: date) -> DayTaken:
        return known.days(conn, office, [day], now)[day]

    wishes = [request_of(office, ticket) for ticket in tickets]
    after = day_start(local_day(now) + _DAY)
    proposer = Proposer(office, after, now, read, internal=False)
    given = iter(proposals_for(proposer, [wish for wish in wishes if wish], choice=True))
    return tuple(
        Row(ticket, next(given) if wish else (), wish is not None)
        for ticket, wish in zip(tickets, wishes, strict=True)
    )

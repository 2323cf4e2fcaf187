"""All SQL of the display: the board of a waiting area as the tables have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from ..core.hub import SEQUENCES
from ..office.directory import AreaInfo, Directory, OfficeInfo
from ..queue.closing.store import closed_early_offices
from ..queue.store import AnyRow, call, ticket
from .board import KEPT_CALLS, STATE_OF_CALL, Board, BoardCall, CallState, Message, newest
from .models import ScreenMessage, SlideVersion

# A ticket is rarely recalled more than a few times: enough rows to find the last calls of
# KEPT_CALLS different tickets.
_CALL_ROWS = KEPT_CALLS * 8

_LAST_CALLS = (
    select(
        call.c.id,
        call.c.recall_of,
        call.c.counter_id,
        call.c.at,
        call.c.withdrawn,
        call.c.silent,
        ticket.c.id.label("ticket_id"),
        ticket.c.letter,
        ticket.c.serial,
        ticket.c.status,
    )
    .join(ticket, ticket.c.id == call.c.ticket_id)
    .where(ticket.c.area_id == bindparam("area_id"), ticket.c.day == bindparam("day"))
    .order_by(call.c.id.desc())
    .limit(_CALL_ROWS)
)
_WAITING = select(ticket.c.office_id, ticket.c.id).where(
    ticket.c.area_id == bindparam("area_id"),
    ticket.c.day == bindparam("day"),
    ticket.c.status == "waiting",
)
_ELSEWHERE = select(ticket.c.id).where(
    ticket.c.area_id == bindparam("area_id"),
    ticket.c.day == bindparam("day"),
    ticket.c.channel != "on_site",
)


_MESSAGES = select(
    col(ScreenMessage.office_id),
    col(ScreenMessage.text),
    col(ScreenMessage.text_en),
    col(ScreenMessage.until),
)
_SLIDES = select(col(SlideVersion.office_id), col(SlideVersion.version))


@dataclass(frozen=True)
class AreaSnapshot:
    """A board and, per office id, the last event it contains."""

    board: Board
    seq: Mapping[int, int]


def read_area(conn: Connection, directory: Directory, area: AreaInfo, day: date) -> AreaSnapshot:
    """The board of one area on one local day, in the transaction of `conn`."""
    offices = {office.id: office for office in directory.offices_of_area(area.id)}
    sequences = {row.office_id: row.seq for row in conn.execute(SEQUENCES)}
    key = {"area_id": area.id, "day": day}
    waiting: dict[str, set[int]] = {office.slug: set() for office in offices.values()}
    for row in conn.execute(_WAITING, key):
        waiting[offices[row.office_id].slug].add(row.id)
    calls = [_call(directory, row) for row in conn.execute(_LAST_CALLS, key)]
    closed = closed_early_offices(conn, offices, day)
    return AreaSnapshot(
        board=Board(
            calls=newest(calls),
            waiting={slug: frozenset(tickets) for slug, tickets in waiting.items()},
            elsewhere=frozenset(conn.execute(_ELSEWHERE, key).scalars()),
            closed_early=frozenset(offices[office].slug for office in closed),
            messages=_messages(conn, offices),
            slides={
                offices[office_id].slug: version
                for office_id, version in conn.execute(_SLIDES)
                if office_id in offices
            },
        ),
        seq={office_id: sequences.get(office_id, 0) for office_id in offices},
    )


def _messages(conn: Connection, offices: Mapping[int, OfficeInfo]) -> dict[str, Message]:
    return {
        offices[office_id].slug: Message(text=text, text_en=text_en, until=until)
        for office_id, text, text_en, until in conn.execute(_MESSAGES)
        if office_id in offices
    }


def _call(directory: Directory, row: AnyRow) -> BoardCall:
    counter = directory.counter(row.counter_id)
    return BoardCall(
        call_id=row.id,
        recall_of=row.recall_of,
        ticket_id=row.ticket_id,
        office=directory.office(counter.office_id).slug,
        number=f"{row.letter}{row.serial:03d}",
        counter=counter.label,
        place=counter.slug,
        word=counter.word,
        word_en=counter.word_en,
        arrow=counter.arrow,
        way=counter.way,
        way_en=counter.way_en,
        at=row.at,
        state=_state(row),
    )


def _state(row: AnyRow) -> CallState:
    """A call that nobody came to has left the screens, though its ticket is called still; a silent
    one never was on them."""
    if row.silent:
        return "silent"
    if row.status == "called" and row.withdrawn:
        return "withdrawn"
    return STATE_OF_CALL[row.status]

"""The board: what the screens of one waiting area show, and how events change it. Pure.

Its types have no field that could carry a person's name; everything else follows from that.
The law, held by tests: folding the events of a command into the board before it gives the board
that is read from the database after it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..core.events import Event, Logged
from ..queue import events as queue_events
from . import events

KEPT_CALLS = 12

# A silent call is on no screen whatever becomes of its ticket, but hides the calls before it.
CallState = Literal["called", "serving", "done", "withdrawn", "silent"]
NOT_SHOWN = frozenset({"withdrawn", "silent"})

# What a ticket's state says about its last call.
STATE_OF_CALL: Mapping[str, CallState] = {
    "called": "called",
    "serving": "serving",
    "finished": "done",
    "no_show": "done",
    "waiting": "withdrawn",
    "parked": "withdrawn",
    "cancelled": "withdrawn",
    "expired": "withdrawn",
}

STATUS_AFTER: Mapping[type[Event], str] = {
    queue_events.TicketIssued: "waiting",
    queue_events.TicketPutBack: "waiting",
    queue_events.TicketReturned: "waiting",
    queue_events.TicketResumed: "waiting",
    queue_events.TicketTransferred: "waiting",
    queue_events.TicketCalled: "called",
    queue_events.ServiceStarted: "serving",
    queue_events.TicketFinished: "finished",
    queue_events.TicketMissed: "no_show",
    queue_events.TicketParked: "parked",
    queue_events.TicketLeft: "cancelled",
    queue_events.TicketDiscarded: "cancelled",
    queue_events.TicketRebooked: "cancelled",
    queue_events.TicketExpired: "expired",
}


class Frozen(BaseModel):
    """Immutable and closed: a field that is not declared is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BoardCall(Frozen):
    """The last call of one ticket: a number and the way to a counter of `office` (slugs)."""

    call_id: int
    recall_of: int | None
    ticket_id: int
    office: str
    number: str
    counter: str
    place: str
    word: str
    word_en: str
    arrow: str
    way: str | None
    way_en: str | None
    at: datetime
    state: CallState


class Message(Frozen):
    """An urgent message of an office; over at `until`, which the screen sees to itself."""

    text: str
    text_en: str | None
    until: datetime | None


class Board(Frozen):
    """The calls of an area, newest first, and who waits for which office (ids of tickets).

    `elsewhere` are the tickets of people who are not in the house: by phone, by video, work without
    a citizen. `closed_early` are the offices that give out no more numbers today; `messages` and
    the version of the `slides` go by office, missing for none.
    """

    calls: tuple[BoardCall, ...]
    waiting: Mapping[str, frozenset[int]]
    elsewhere: frozenset[int] = frozenset()
    closed_early: frozenset[str] = frozenset()
    messages: Mapping[str, Message] = {}
    slides: Mapping[str, int] = {}


class PublicBoard(Frozen):
    """What leaves the server: the calls that stand or stood, and counts."""

    calls: tuple[BoardCall, ...]
    waiting: Mapping[str, int]
    closed_early: tuple[str, ...]
    messages: Mapping[str, Message]
    slides: Mapping[str, int]


def public(board: Board) -> PublicBoard:
    """The board without withdrawn and silent calls; who waits in the house is counted."""
    return PublicBoard(
        calls=tuple(call for call in board.calls if call.state not in NOT_SHOWN),
        waiting={one: len(ids - board.elsewhere) for one, ids in board.waiting.items()},
        closed_early=tuple(sorted(board.closed_early)),
        messages=board.messages,
        slides=board.slides,
    )


def newest(calls: Iterable[BoardCall]) -> tuple[BoardCall, ...]:
    """The last call of each ticket, newest first, at most KEPT_CALLS."""
    last: dict[int, BoardCall] = {}
    for call in sorted(calls, key=lambda one: one.call_id):
        last[call.ticket_id] = call
    ordered = sorted(last.values(), key=lambda one: one.call_id, reverse=True)
    return tuple(ordered[:KEPT_CALLS])


def call_of(event: queue_events.TicketCalled, office: str, at: datetime) -> BoardCall:
    """The entry that a call puts on the board."""
    return BoardCall(
        call_id=event.call_id,
        recall_of=event.recall_of,
        ticket_id=event.ticket_id,
        office=office,
        number=event.number,
        counter=event.counter,
        place=event.place,
        word=event.word,
        word_en=event.word_en,
        arrow=event.arrow,
        way=event.way,
        way_en=event.way_en,
        at=at,
        state="silent" if event.silent else "called",
    )


def status_after(event: Event) -> tuple[int, str] | None:
    """The ticket an event is about and its state afterwards; None for other events."""
    if isinstance(event, queue_events.StepUndone):
        return event.ticket_id, event.status
    status = STATUS_AFTER.get(type(event))
    if isinstance(event, queue_events.TicketEvent) and status is not None:
        return event.ticket_id, status
    return None


def fold(board: Board, logged: Logged, office_slugs: Mapping[int, str]) -> Board:
    """The board after one event. `office_slugs` names the offices of the area by id.

    An event changes only what its own office put on the board, its calls and who waits for it: the
    offices of an area have an order of events each, and one may be heard of late. So a transfer is
    two events, one in each office.
    """
    office = office_slugs.get(logged.office_id)
    if office is None:
        return board
    match logged.event:
        case queue_events.OfficeClosedEarly():
            return board.model_copy(update={"closed_early": board.closed_early | {office}})
        case queue_events.OfficeReopened():
            return board.model_copy(update={"closed_early": board.closed_early - {office}})
        case events.SlidesChanged(version=version):
            return board.model_copy(update={"slides": {**board.slides, office: version}})
        case events.MessagePutUp(text=text, text_en=text_en, until=until):
            put_up = Message(text=text, text_en=text_en, until=until)
            return board.model_copy(update={"messages": {**board.messages, office: put_up}})
        case events.MessageTakenDown():
            left = {key: one for key, one in board.messages.items() if key != office}
            return board.model_copy(update={"messages": left})
        case queue_events.CounterReminded(about="called", ticket_id=stale):
            return _without_call(board, stale, office)
        case _:
            change = status_after(logged.event)
    return board if change is None else _with_change(board, logged, office, change)


def _without_call(board: Board, ticket_id: int, office: str) -> Board:
    """Nobody came to the call: it leaves the screens, the ticket stays called."""
    gone = (
        call.model_copy(update={"state": "withdrawn"})
        if (call.ticket_id, call.office, call.state) == (ticket_id, office, "called")
        else call
        for call in board.calls
    )
    return board.model_copy(update={"calls": tuple(gone)})


def _with_change(board: Board, logged: Logged, office: str, change: tuple[int, str]) -> Board:
    ticket_id, status = change
    calls = board.calls
    if isinstance(logged.event, queue_events.TicketCalled):
        calls = newest((*calls, call_of(logged.event, office, logged.at)))
    calls = tuple(
        _with_status(call, status) if (call.ticket_id, call.office) == (ticket_id, office) else call
        for call in calls
    )
    waits = status == "waiting" and not _goes_away(logged)
    one = frozenset({ticket_id})
    here = board.waiting.get(office, frozenset())
    waiting = {**board.waiting, office: here | one if waits else here - one}
    elsewhere = board.elsewhere | one if _is_elsewhere(logged.event) else board.elsewhere
    return board.model_copy(update={"calls": calls, "waiting": waiting, "elsewhere": elsewhere})


def _is_elsewhere(event: Event) -> bool:
    """How somebody is served is said once, with the number."""
    return isinstance(event, queue_events.TicketIssued) and event.channel != "on_site"


def _with_status(call: BoardCall, status: str) -> BoardCall:
    state = STATE_OF_CALL[status]
    return call if call.state in {state, "silent"} else call.model_copy(update={"state": state})


def _goes_away(logged: Logged) -> bool:
    event = logged.event
    transferred = isinstance(event, queue_events.TicketTransferred)
    return transferred and event.to_office_id != logged.office_id

"""The board by itself: what each event makes of it, its bounds, and what it cannot hold."""

import json
import types
import typing
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from aufruf.core.events import Event, Logged
from aufruf.display import board as boards
from aufruf.display import messages
from aufruf.display.board import KEPT_CALLS, Board, BoardCall, fold, public
from aufruf.queue import events
from aufruf.queue.watching import views as queue_views
from tests.conftest import START

SLUGS = {1: "buergerbuero", 2: "standesamt"}
EMPTY = Board(calls=(), waiting={"buergerbuero": frozenset(), "standesamt": frozenset()})


def logged(event: Event, office_id: int = 1, seconds: int = 0) -> Logged:
    return Logged(office_id, 1, START + timedelta(seconds=seconds), event)


def issued(ticket: int) -> events.TicketIssued:
    number = f"A{ticket:03d}"
    return events.TicketIssued(
        ticket_id=ticket, number=number, services=("pass",), persons=1, rank=START
    )


def called(ticket: int, call: int, recall_of: int | None = None) -> events.TicketCalled:
    return events.TicketCalled(
        ticket_id=ticket,
        number=f"A{ticket:03d}",
        call_id=call,
        recall_of=recall_of,
        counter_id=3,
        counter="3",
        place="amt-3",
        word="Platz",
        word_en="counter",
        arrow="left",
        way="Erdgeschoss",
        way_en="ground floor",
    )


def after(*happened: Event | tuple[int, Event], start: Board = EMPTY) -> Board:
    """The board after these events, those of the second office given with their office."""
    now = start
    for one in happened:
        office_id, event = one if isinstance(one, tuple) else (1, one)
        now = fold(now, logged(event, office_id), SLUGS)
    return now


def state(board: Board) -> list[tuple[int, str]]:
    return [(call.ticket_id, call.state) for call in board.calls]


def test_call_shows_number_and_way() -> None:
    board = after(issued(7), called(7, 1))
    assert board.calls == (
        BoardCall(
            call_id=1,
            recall_of=None,
            ticket_id=7,
            office="buergerbuero",
            number="A007",
            counter="3",
            place="amt-3",
            word="Platz",
            word_en="counter",
            arrow="left",
            way="Erdgeschoss",
            way_en="ground floor",
            at=START,
            state="called",
        ),
    )
    assert board.waiting["buergerbuero"] == frozenset()


STEP: dict[str, Any] = {"ticket_id": 7, "number": "A007"}
AT_COUNTER: dict[str, Any] = STEP | {"counter_id": 3}
EIGHT: dict[str, Any] = {"ticket_id": 8, "number": "A008"}


@pytest.mark.parametrize(
    ("event", "call_state", "waits"),
    [
        (events.ServiceStarted(**AT_COUNTER), "serving", False),
        (events.TicketFinished(**AT_COUNTER), "done", False),
        (events.TicketMissed(**AT_COUNTER), "done", False),
        (events.TicketPutBack(**AT_COUNTER), "withdrawn", True),
        (events.TicketReturned(**STEP), "withdrawn", True),
        (events.TicketResumed(**STEP), "withdrawn", True),
        (events.TicketParked(**AT_COUNTER, personal=True), "withdrawn", False),
        (events.TicketLeft(**STEP), "withdrawn", False),
        (events.TicketExpired(**STEP), "withdrawn", False),
        (events.TicketTransferred(**AT_COUNTER, to_office_id=1), "withdrawn", True),
        (events.TicketTransferred(**AT_COUNTER, to_office_id=9), "withdrawn", False),
        (events.TicketDelayed(**STEP, not_before=START), "called", False),
        (events.StepUndone(**AT_COUNTER, undone="call", status="waiting"), "withdrawn", True),
        (events.StepUndone(**AT_COUNTER, undone="start", status="called"), "called", False),
        (events.StepUndone(**AT_COUNTER, undone="finish", status="serving"), "serving", False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Event) else None,
)
def test_event_changes_the_call_and_who_waits(event: Event, call_state: str, waits: bool) -> None:
    board = after(issued(7), called(7, 1), event)
    assert state(board) == [(7, call_state)]
    assert (7 in board.waiting["buergerbuero"]) is waits


def test_every_event_of_a_ticket_is_known_to_the_board() -> None:
    silent = {
        events.CounterReminded,
        events.StepUndone,
        events.TicketChanged,
        events.TicketDelayed,
        events.TicketHandedOver,
        events.TicketJoined,
        events.TicketNoted,
        events.TicketOnTheWay,
        events.TicketRanked,
    }
    assert set(boards.STATUS_AFTER) == set(events.TicketEvent.__subclasses__()) - silent


def test_withdrawn_call_never_leaves_the_server() -> None:
    board = after(issued(7), issued(8), called(7, 1), called(8, 2))
    board = after(events.TicketPutBack(**AT_COUNTER), start=board)
    assert [call.number for call in public(board).calls] == ["A008"]
    assert public(board).waiting == {"buergerbuero": 1, "standesamt": 0}


def test_recall_takes_the_place_of_the_first_call() -> None:
    board = after(called(7, 1), called(8, 2), called(7, 3, recall_of=1))
    assert [(call.call_id, call.recall_of) for call in board.calls] == [(3, 1), (2, None)]


def test_transfer_within_the_room_moves_who_waits() -> None:
    sent = events.TicketTransferred(**AT_COUNTER, to_office_id=2)
    board = after(called(7, 1), sent, (2, sent))
    assert board.waiting == {"buergerbuero": frozenset(), "standesamt": frozenset({7})}


def test_calls_committed_in_another_order_stand_in_theirs() -> None:
    board = after((2, called(8, 5)), called(7, 4))
    assert [call.call_id for call in board.calls] == [5, 4]
    text = messages.call_text(board, 4, 1, START)
    assert messages.CallMessage.model_validate_json(text).number == "A007"


def test_call_heard_of_too_late_is_not_called_again() -> None:
    """Sent on and called in the other office, whose events came first."""
    board = after((2, called(7, 5)), called(7, 4))
    assert [call.call_id for call in board.calls] == [5]
    told = json.loads(messages.change_text(board, logged(called(7, 4)), "buergerbuero", START))
    assert (told["type"], [call["call_id"] for call in told["board"]["calls"]]) == ("board", [5])


def test_who_is_not_in_the_house_is_not_counted() -> None:
    by_phone = issued(8).model_copy(update={"channel": "phone"})
    board = after(issued(7), by_phone, called(8, 1), events.TicketPutBack(**AT_COUNTER | EIGHT))
    assert board.waiting["buergerbuero"] == frozenset({7, 8})
    assert public(board).waiting["buergerbuero"] == 1


def test_board_is_bounded() -> None:
    board = after(*(called(ticket, ticket) for ticket in range(1, 40)))
    assert [call.call_id for call in board.calls] == list(range(39, 39 - KEPT_CALLS, -1))


def test_other_areas_and_other_events_change_nothing() -> None:
    opened = events.CounterChanged(counter_id=3, counter="3", state="open")
    assert after((9, called(7, 1)), opened) is EMPTY


# What a board may carry: numbers, counters, counts, ranges and texts of the house.
FIELDS = {
    "arrow", "at", "board", "busy", "call_id", "calls", "closed_early", "counter", "high_minutes",
    "low_minutes", "messages", "next_numbers", "now", "number", "office", "offices", "oldest",
    "open", "opens", "place", "recall_of", "screens",
    "seq", "slides", "state", "text", "text_en", "ticket_id", "type",
    "until", "wait", "waiting", "way", "way_en", "word", "word_en",
}  # fmt: skip
PLAIN = {str, int, bool, datetime, types.NoneType}


def test_no_type_of_the_board_has_room_for_a_person() -> None:
    found: dict[str, set[object]] = {}
    sent = (messages.Snapshot, messages.CallMessage, messages.BoardMessage, messages.Estimate)
    for model in sent:
        walk(model, found)
    assert set(found) == FIELDS
    assert set().union(*found.values()) <= PLAIN
    for model in (*sent, Board, BoardCall, messages.OfficeEstimate, queue_views.Wait):
        assert model.model_config.get("extra") == "forbid"


def walk(model: type[BaseModel], found: dict[str, set[object]]) -> None:
    """Every field of a model and of those inside, with the plain types it may hold."""
    for name, field in model.model_fields.items():
        for kind in kinds(field.annotation):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                walk(kind, found)
                found.setdefault(name, set())
            else:
                found.setdefault(name, set()).add(kind)


def kinds(annotation: object) -> set[object]:
    """The types an annotation is made of; a Literal counts as its text."""
    if typing.get_origin(annotation) is typing.Literal:
        return {type(value) for value in typing.get_args(annotation)}
    inside = [one for one in typing.get_args(annotation) if one is not Ellipsis]
    return set().union(*map(kinds, inside)) if inside else {annotation}


def test_board_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValidationError):
        Board.model_validate({"calls": (), "waiting": {}, "name": "Amira"})

"""What is sent to a screen, as text: snapshot, call, board, estimate (design: events and screens).

Encoded once per change; every screen of an area gets the same bytes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from ..core.events import Logged
from ..queue.events import TicketCalled
from ..queue.watching.views import Wait
from .board import Board, BoardCall, Frozen, PublicBoard, public


class OfficeEstimate(Frozen):
    """What moves with time for one office; `opens` says when again, once it is closed."""

    open: bool
    waiting: int
    wait: Wait | None
    busy: bool
    next_numbers: tuple[str, ...]
    opens: datetime | None


class Snapshot(Frozen):
    """All there is; `screens` has the digest of each screen's page, which tells it of a new one."""

    type: Literal["snapshot"] = "snapshot"
    seq: Mapping[str, int]
    board: PublicBoard
    offices: Mapping[str, OfficeEstimate]
    screens: Mapping[str, str]
    now: datetime


class CallMessage(BoardCall):
    """A call or recall, flat, with its place in the office's log and who waits after it.

    `oldest` is the `call_id` of the oldest call that the board still keeps.
    """

    type: Literal["call"] = "call"
    seq: int
    oldest: int
    waiting: Mapping[str, int]
    now: datetime


class BoardMessage(Frozen):
    type: Literal["board"] = "board"
    office: str
    seq: int
    board: PublicBoard
    now: datetime


class Estimate(Frozen):
    """Carries no seq: it says what the clock says, not what happened."""

    type: Literal["estimate"] = "estimate"
    offices: Mapping[str, OfficeEstimate]
    now: datetime


class Order(Frozen):
    """Meant for one screen (slug): load the page anew, or show your name; others pass it over."""

    type: Literal["reload", "identify"]
    screen: str


def snapshot_text(
    board: Board,
    seq: Mapping[str, int],
    offices: Mapping[str, OfficeEstimate],
    screens: Mapping[str, str],
    now: datetime,
) -> str:
    """All a screen needs to start."""
    whole = Snapshot(seq=seq, board=public(board), offices=offices, screens=screens, now=now)
    return whole.model_dump_json()


def change_text(board: Board, logged: Logged, office: str, now: datetime) -> str:
    """What a screen is told after an event has been folded into the board.

    A call by itself; the board when the call is for no screen, or when a later one of the same
    ticket has been heard of before it (offices that share a room have an order of events each).
    """
    event = logged.event
    if isinstance(event, TicketCalled) and not event.silent and _has(board, event.call_id):
        return call_text(board, event.call_id, logged.seq, now)
    return board_text(board, office, logged.seq, now)


def _has(board: Board, call_id: int) -> bool:
    return any(call.call_id == call_id for call in board.calls)


def call_text(board: Board, call_id: int, seq: int, now: datetime) -> str:
    """A call that was just put on the board: the shortest way from a counter to a screen.

    It need not be the newest: offices that share a room may commit in another order than they call.
    """
    call = next(call for call in board.calls if call.call_id == call_id)
    oldest, waiting = board.calls[-1].call_id, public(board).waiting
    said = CallMessage(**call.model_dump(), seq=seq, oldest=oldest, waiting=waiting, now=now)
    return said.model_dump_json()


def board_text(board: Board, office: str, seq: int, now: datetime) -> str:
    """The whole board after any other change."""
    return BoardMessage(office=office, seq=seq, board=public(board), now=now).model_dump_json()


def estimate_text(offices: Mapping[str, OfficeEstimate], now: datetime) -> str:
    """Open, waiting and range of each office of the area."""
    return Estimate(offices=offices, now=now).model_dump_json()


def order_text(screen: str, do: Literal["reload", "identify"]) -> str:
    """What one screen is to do."""
    return Order(type=do, screen=screen).model_dump_json()

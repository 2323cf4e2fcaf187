"""What is sent to a screen, as text: snapshot, call, board, estimate (design: events and screens).

Encoded once per change; every screen of an area gets the same bytes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from ..queue.watching.views import Wait
from .board import Board, BoardCall, Frozen, PublicBoard, public


class OfficeEstimate(Frozen):
    """What moves with time for one office."""

    open: bool
    waiting: int
    wait: Wait | None
    busy: bool
    next_numbers: tuple[str, ...]


class Snapshot(Frozen):
    type: Literal["snapshot"] = "snapshot"
    seq: Mapping[str, int]
    board: PublicBoard
    offices: Mapping[str, OfficeEstimate]
    now: datetime


class CallMessage(BoardCall):
    """A call or recall, flat, with its place in the office's log and who waits after it."""

    type: Literal["call"] = "call"
    seq: int
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


def snapshot_text(
    board: Board, seq: Mapping[str, int], offices: Mapping[str, OfficeEstimate], now: datetime
) -> str:
    """All a screen needs to start."""
    return Snapshot(seq=seq, board=public(board), offices=offices, now=now).model_dump_json()


def call_text(board: Board, call_id: int, seq: int, now: datetime) -> str:
    """A call that was just put on the board: the shortest way from a counter to a screen.

    It need not be the newest: offices that share a room may commit in another order than they call.
    """
    call = next(call for call in board.calls if call.call_id == call_id)
    waiting = public(board).waiting
    return CallMessage(**call.model_dump(), seq=seq, waiting=waiting, now=now).model_dump_json()


def board_text(board: Board, office: str, seq: int, now: datetime) -> str:
    """The whole board after any other change."""
    return BoardMessage(office=office, seq=seq, board=public(board), now=now).model_dump_json()


def estimate_text(offices: Mapping[str, OfficeEstimate], now: datetime) -> str:
    """Open, waiting and range of each office of the area."""
    return Estimate(offices=offices, now=now).model_dump_json()

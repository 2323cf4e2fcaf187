"""The commands of the queue, in one place for whoever calls them; they live in the rooms named."""

from .calling import (
    Called,
    call_next,
    call_ticket,
    finish,
    mark_no_show,
    put_back,
    recall,
    return_ticket,
    start_service,
)
from .checking_in import check_in
from .counters import set_counter_state
from .day import close_day
from .issue import Issued, issue_ticket
from .moving import delay, leave, park, resume, transfer
from .undoing import undo_step

__all__ = [
    "Called",
    "Issued",
    "call_next",
    "call_ticket",
    "check_in",
    "close_day",
    "delay",
    "finish",
    "issue_ticket",
    "leave",
    "mark_no_show",
    "park",
    "put_back",
    "recall",
    "resume",
    "return_ticket",
    "set_counter_state",
    "start_service",
    "transfer",
    "undo_step",
]

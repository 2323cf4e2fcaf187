"""The commands of the queue, in one place for whoever calls them; they live in the rooms named."""

from .counter.calling import (
    Called,
    call_next,
    call_ticket,
    mark_no_show,
    put_back,
    recall,
    start_service,
)
from .counter.changing import change_services, join_appointment, restore_place, set_priority
from .counter.counters import CounterSet, leave_counters, set_counter_state
from .counter.discarding import Discard, discard, discard_range, undo_discard
from .counter.finishing import FinishedAndCalled, finish, finish_and_call_next, return_ticket
from .counter.moving import park, resume
from .counter.notes import set_note
from .counter.transferring import transfer
from .counter.undoing import undo_step
from .day import close_day
from .drawing.checking_in import check_in
from .drawing.issue import Issued, issue_ticket
from .emergencies.commands import acknowledge_emergency, end_emergency, raise_emergency
from .holder.commands import delay, leave, say_on_the_way, stay
from .seats.handing import hand_over

__all__ = [
    "Called",
    "CounterSet",
    "Discard",
    "FinishedAndCalled",
    "Issued",
    "acknowledge_emergency",
    "call_next",
    "call_ticket",
    "change_services",
    "check_in",
    "close_day",
    "delay",
    "discard",
    "discard_range",
    "end_emergency",
    "finish",
    "finish_and_call_next",
    "hand_over",
    "issue_ticket",
    "join_appointment",
    "leave",
    "leave_counters",
    "mark_no_show",
    "park",
    "put_back",
    "raise_emergency",
    "recall",
    "restore_place",
    "resume",
    "return_ticket",
    "say_on_the_way",
    "set_counter_state",
    "set_note",
    "set_priority",
    "start_service",
    "stay",
    "transfer",
    "undo_discard",
    "undo_step",
]

"""The commands of booking, as other parts call them. They are written in hold, change, arrival."""

from .arrival import (
    AppointmentToday,
    find_for_check_in,
    get_for_check_in,
    mark_attended,
    mark_cancelled_at_office,
    mark_checked_in,
    mark_missed,
    mark_no_show,
    restore_check_in,
    undo_check_in,
)
from .change import cancel_appointment, expire_holds, find_conflicts, move_appointment, recount_days
from .confirming import ask_again, confirm_email, set_contact
from .guard.limits import forget_proofs
from .guard.proof import Trust
from .hold import extend_hold, hold_slot
from .lookup import Held
from .rules import Contact, Wanted

__all__ = [
    "AppointmentToday",
    "Contact",
    "Held",
    "Trust",
    "Wanted",
    "ask_again",
    "cancel_appointment",
    "confirm_email",
    "expire_holds",
    "extend_hold",
    "find_conflicts",
    "find_for_check_in",
    "forget_proofs",
    "get_for_check_in",
    "hold_slot",
    "mark_attended",
    "mark_cancelled_at_office",
    "mark_checked_in",
    "mark_missed",
    "mark_no_show",
    "move_appointment",
    "recount_days",
    "restore_check_in",
    "set_contact",
    "undo_check_in",
]

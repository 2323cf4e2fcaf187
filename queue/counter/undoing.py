"""Taking back a counter's last step: the state before it, restored as a new event."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ...booking import services as booking
from ...core.errors import DomainError
from ...core.tx import Tx
from .. import changes, store
from ..events import StepUndone
from ..rules import AT_A_COUNTER, may_undo
from ..state import TicketNow
from . import counter_store, visit_store
from .steps import Desk, check_free, desk_of, follow, restored, write_change

Memory = Mapping[str, Any]


def undo_step(
    tx: Tx, *, counter_id: int, ticket_id: int | None = None, offices: Collection[int] = ()
) -> TicketNow:
    """Undo what this counter did last, within 10 seconds and if nothing touched the ticket since.

    Two steps of one press are undone together; the ticket is that of the last one. After a
    transfer the ticket is in another office: the command must then be run for that one as well, and
    `offices` say so. Raises nothing_to_undo (409), and counter_busy (409) when the ticket would
    come back to a counter that has somebody else by now.
    """
    desk = desk_of(tx, counter_id)
    last = counter_store.find_last_step(tx.conn, desk.counter.id)
    if last is None or not may_undo(stepped_at=last.at, now=tx.now):
        raise nothing_to_undo()
    memory = cast("Memory", last.before)
    earlier = cast("Memory | None", memory.get(counter_store.PRESSED_WITH))
    known = {None, last.ticket_id, *(() if earlier is None else (earlier["ticket_id"],))}
    if ticket_id not in known:
        raise nothing_to_undo()
    here = {desk.office.id, *offices}
    written = _undo(tx, desk, here, _Kept(last.ticket_id, last.version, last.command, memory))
    if earlier is not None:
        _undo(tx, desk, here, _Kept(**cast("dict[str, Any]", earlier)))
    changes.forget_step(tx.conn, desk.counter.id)
    return written


@dataclass(frozen=True, slots=True)
class _Kept:
    """A step as it is remembered: the ticket's version after it, and what it was before."""

    ticket_id: int
    version: int
    command: str
    before: Memory


def _undo(tx: Tx, desk: Desk, offices: Collection[int], kept: _Kept) -> TicketNow:
    present = store.find_ticket(tx.conn, kept.ticket_id)
    if present is None or present.version != kept.version or present.office_id not in offices:
        raise nothing_to_undo()
    before = restored(present, kept.before)
    if before.status in AT_A_COUNTER and present.status not in AT_A_COUNTER:
        check_free(tx, desk)
    written = _restore(tx, present, before)
    _emit(tx, desk, present, written, command=kept.command)
    return written


def _restore(tx: Tx, present: TicketNow, before: TicketNow) -> TicketNow:
    try:
        written = write_change(tx, present, before)
    except DomainError as error:
        raise nothing_to_undo() from error
    _restore_calls(tx, present, written)
    _restore_stretch(tx, present, written)
    visit_store.change_services(tx.conn, present.id, present.services, before.services)
    if present.appointment_id is not None and before.appointment_id is None:
        booking.undo_check_in(tx, appointment_id=present.appointment_id)
        changes.set_remark(tx.conn, present.id, before.remark)
        return written
    follow(tx, written)
    return written


def _restore_calls(tx: Tx, present: TicketNow, written: TicketNow) -> None:
    """Calls stand exactly while their ticket is called or in service."""
    if written.status in AT_A_COUNTER and written.called_at is not None:
        changes.restore_calls(tx.conn, present.id, written.called_at)
    elif present.status in AT_A_COUNTER:
        changes.withdraw_calls(tx.conn, present.id)


def _restore_stretch(tx: Tx, present: TicketNow, written: TicketNow) -> None:
    if written.status == "serving" and present.status != "serving":
        visit_store.reopen_stretch(tx.conn, present.id)
    elif present.status == "serving" and written.status != "serving":
        visit_store.drop_stretch(tx.conn, present.id)


def _emit(tx: Tx, desk: Desk, present: TicketNow, written: TicketNow, *, command: str) -> None:
    event = StepUndone(
        ticket_id=present.id,
        number=present.number,
        counter_id=desk.counter.id,
        undone=command,
        status=written.status,
    )
    for office_id in sorted({desk.office.id, present.office_id}):
        tx.emit(office_id, event)


def nothing_to_undo() -> DomainError:
    return DomainError("nothing_to_undo", 409)

"""Taking back a counter's last step: the state before it, restored as a new event."""

from collections.abc import Collection
from typing import cast

from ..core.errors import DomainError
from ..core.tx import Tx
from . import changes, counter_store, store
from .events import StepUndone
from .rules import AT_A_COUNTER, may_undo
from .state import TicketNow
from .steps import Desk, check_free, desk_of, follow, restored, write_change


def undo_step(
    tx: Tx, *, counter_id: int, ticket_id: int | None = None, offices: Collection[int] = ()
) -> TicketNow:
    """Undo what this counter did last, within 10 seconds and if nothing touched the ticket since.

    After a transfer the ticket is in another office: the command must then be run for that one as
    well, and `offices` say so. Raises nothing_to_undo (409), and counter_busy (409) when the ticket
    would come back to a counter that has somebody else by now.
    """
    desk = desk_of(tx, counter_id)
    last = counter_store.find_last_step(tx.conn, desk.counter.id)
    if last is None or not may_undo(stepped_at=last.at, now=tx.now):
        raise _nothing_to_undo()
    present = store.find_ticket(tx.conn, last.ticket_id)
    if (
        present is None
        or present.version != last.version
        or ticket_id not in {None, present.id}
        or present.office_id not in {desk.office.id, *offices}
    ):
        raise _nothing_to_undo()
    before = restored(present, cast("dict[str, object]", last.before))
    if before.status in AT_A_COUNTER and present.status not in AT_A_COUNTER:
        check_free(tx, desk)
    written = _restore(tx, present, before)
    changes.forget_step(tx.conn, desk.counter.id)
    _emit(tx, desk, present, written, command=last.command)
    return written


def _restore(tx: Tx, present: TicketNow, before: TicketNow) -> TicketNow:
    try:
        written = write_change(tx, present, before)
    except DomainError as error:
        raise _nothing_to_undo() from error
    if before.services != present.services:
        changes.replace_services(tx.conn, present.id, before.services)
    _restore_calls(tx, present, written)
    _restore_stretch(tx, present, written)
    follow(tx, written)
    return written


def _restore_calls(tx: Tx, present: TicketNow, written: TicketNow) -> None:
    """A call stands exactly while its ticket is called or in service."""
    if written.status in AT_A_COUNTER:
        last = store.find_last_call(tx.conn, present.id)
        if last is not None:
            changes.restore_call(tx.conn, last.id)
    elif present.status in AT_A_COUNTER:
        changes.withdraw_calls(tx.conn, present.id)


def _restore_stretch(tx: Tx, present: TicketNow, written: TicketNow) -> None:
    if written.status == "serving":
        changes.reopen_step(tx.conn, present.id)
    elif present.status == "serving":
        changes.drop_step(tx.conn, present.id)


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


def _nothing_to_undo() -> DomainError:
    return DomainError("nothing_to_undo", 409)

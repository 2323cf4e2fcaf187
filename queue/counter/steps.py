"""What all commands at a counter share: the desk, the ticket, the step and its memory.

A step is decided by `rules.after`, written by `changes.change_ticket`, and remembered so that it
can be undone. The commands themselves are in the other modules of this folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from ...booking import services as booking
from ...booking.store import get_appointment
from ...core.errors import DomainError, not_found, wrong_state
from ...core.formats import local_day
from ...core.tx import Tx
from ...office.directory import CounterInfo, OfficeInfo, current_directory
from .. import changes, store
from ..rules import AT_A_COUNTER, after, stay_until
from ..state import Asked, CounterNow, TicketNow
from . import counter_store, visit_store
from .rendered import Done, recorded

MOMENTS = frozenset(
    {
        "rank",
        "appointment_start",
        "not_before",
        "on_the_way_at",
        "left_at",
        "called_at",
        "last_call_at",
        "started_at",
        "finished_at",
        "reminded_at",
    }
)
FOLLOWS: Mapping[str, str] = {
    "finished": "attended",
    "no_show": "no_show",
    "cancelled": "cancelled",
    "expired": "cancelled",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter with its office."""

    counter: CounterInfo
    office: OfficeInfo


def desk_of(tx: Tx, counter_id: int) -> Desk:
    """Raises unknown_counter (404)."""
    directory = current_directory(tx)
    counter = directory.counter(counter_id)
    return Desk(counter, directory.office(counter.office_id))


def open_counter(tx: Tx, desk: Desk) -> CounterNow:
    """What the counter does now; raises counter_closed (409) unless it is open."""
    present = counter_store.load_counter(tx.conn, desk.counter.id)
    if present is None or present.state != "open":
        state = "closed" if present is None else present.state
        raise DomainError("counter_closed", 409, {"state": state})
    return present


def check_free(tx: Tx, desk: Desk) -> None:
    """Raises counter_busy (409, with the number) while somebody is called or served there."""
    busy = store.find_at_counter(tx.conn, desk.counter.id)
    if busy is not None:
        raise DomainError("counter_busy", 409, {"number": busy.number, "state": busy.status})


def ticket_of(tx: Tx, desk: Desk, ticket_id: int) -> TicketNow:
    """A ticket of the desk's office; raises unknown_ticket (404)."""
    ticket = store.find_ticket(tx.conn, ticket_id)
    if ticket is None or ticket.office_id != desk.office.id:
        raise not_found("unknown_ticket")
    return ticket


def ticket_at(tx: Tx, desk: Desk, ticket_id: int) -> TicketNow:
    """A ticket called to this counter or served there; raises wrong_state (409) if elsewhere."""
    ticket = ticket_of(tx, desk, ticket_id)
    if ticket.status in AT_A_COUNTER and ticket.counter_id != desk.counter.id:
        raise wrong_state(ticket.status)
    return ticket


def ticket_of_today(tx: Tx, desk: Desk, ticket_id: int) -> TicketNow:
    """A ticket of the office's present day; raises wrong_state (409) for an older one."""
    ticket = ticket_of(tx, desk, ticket_id)
    if ticket.day != local_day(tx.now):
        raise wrong_state(ticket.status)
    return ticket


def take_step(
    tx: Tx,
    step: str,
    before: TicketNow,
    changed: TicketNow,
    *,
    done: Done | None = None,
    unsure: bool = False,
) -> TicketNow:
    """Write one step of a ticket, its stretch of service and its appointment along with it.

    `done` is what was done in the stretch that ends with this step; `unsure` says that nobody
    knows when it really ended. Raises wrong_state (409) when the step does not fit, somebody else
    took one meanwhile, or something was done before the service began.
    """
    now_is = replace(changed, status=after(step, before.status))
    if done and before.status != "serving":
        raise wrong_state(before.status)
    written = write_change(tx, before, now_is)
    if before.status == "serving" and written.status != "serving":
        ended = unsure or written.closed_by_system
        stretch = visit_store.end_stretch(tx.conn, before.id, tx.now, unsure=ended)
        if done is not None:
            over = written.status == "finished"
            services = recorded(changed.services, done, stretch, over=over)
            written = replace(written, services=services)
    if before.status in AT_A_COUNTER and written.status in {"waiting", "parked", "cancelled"}:
        changes.withdraw_calls(tx.conn, before.id)
    visit_store.change_services(tx.conn, before.id, before.services, written.services)
    if FOLLOWS.get(before.status) != FOLLOWS.get(written.status):
        follow(tx, written)
    return written


def away(ticket: TicketNow) -> TicketNow:
    """The ticket as it leaves a counter: the calls of this turn are over and done with."""
    return replace(
        ticket,
        counter_id=None,
        on_the_way_at=None,
        called_at=None,
        last_call_at=None,
        started_at=None,
        reminded_at=None,
        calls=0,
    )


def kept_where_open(tx: Tx, ticket: TicketNow) -> TicketNow:
    """The ticket, kept for its counter only while that is not closed: nobody else's `next` would
    take it."""
    if ticket.reserved_counter_id is None:
        return ticket
    counter = counter_store.load_counter(tx.conn, ticket.reserved_counter_id)
    if counter is not None and counter.state != "closed":
        return ticket
    return replace(ticket, reserved_counter_id=None)


def write_change(tx: Tx, before: TicketNow, changed: TicketNow) -> TicketNow:
    """Write the row where it is still what was read; raises wrong_state (409) where it is not."""
    if not changes.change_ticket(tx.conn, before, changed):
        present = store.find_ticket(tx.conn, before.id)
        raise wrong_state(before.status if present is None else present.status)
    return replace(changed, version=before.version + 1)


def follow(tx: Tx, ticket: TicketNow) -> None:
    """Bring the ticket's appointment to where its ticket is, in the same transaction."""
    if ticket.appointment_id is None:
        return
    appointment = get_appointment(tx.conn, ticket.appointment_id)
    wanted = FOLLOWS.get(ticket.status, "checked_in")
    if appointment is None or appointment.status == wanted:
        return
    match wanted:
        case "attended":
            booking.mark_attended(tx, appointment_id=appointment.id)
        case "no_show":
            booking.mark_no_show(tx, appointment_id=appointment.id)
        case "cancelled":
            kept = stay_until(ticket)
            booking.mark_cancelled_at_office(tx, appointment_id=appointment.id, kept_until=kept)
        case _:
            booking.restore_check_in(tx, appointment_id=appointment.id)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken, and the ticket before and after it."""

    command: str
    before: TicketNow
    written: TicketNow


def remember(tx: Tx, desk: Desk, step: Taken, *, pressed_with: Taken | None = None) -> None:
    """Keep the step as the counter's last, with the ticket as it was.

    `pressed_with` is the step that the same press took before it: both are undone together.
    """
    memory = memory_of(step.before)
    if pressed_with is not None:
        memory[counter_store.PRESSED_WITH] = {
            "ticket_id": pressed_with.written.id,
            "version": pressed_with.written.version,
            "command": pressed_with.command,
            "before": memory_of(pressed_with.before),
        }
    changes.remember_step(
        tx.conn,
        desk.counter.id,
        command=step.command,
        at=tx.now,
        after=step.written,
        before=memory,
    )


def memory_of(ticket: TicketNow) -> dict[str, object]:
    """What a step may change, as JSON."""
    memory: dict[str, object] = {}
    for name in changes.STEP_FIELDS:
        value: object = getattr(ticket, name)
        memory[name] = value.isoformat() if isinstance(value, datetime) else value
    services = [[one.offer_id, one.count, one.rendered, one.step_id] for one in ticket.services]
    return memory | {"services": services, "remark": ticket.remark}


def restored(ticket: TicketNow, memory: Mapping[str, object]) -> TicketNow:
    """The ticket as it was."""
    values = {name: memory[name] for name in changes.STEP_FIELDS}
    services = cast("list[list[int]]", memory["services"])
    for name in MOMENTS:
        moment = values[name]
        values[name] = datetime.fromisoformat(moment) if isinstance(moment, str) else None
    asked = tuple(Asked(*one) for one in services)
    remark = cast("str | None", memory.get("remark"))
    return replace(ticket, services=asked, remark=remark, **values)

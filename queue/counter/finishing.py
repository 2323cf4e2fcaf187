"""The end of a visit and its coming back: finish, finish and call the next, bring back.

Run under the lock of the counter's office. A step that does not fit the ticket's state raises
wrong_state (409), a foreign ticket unknown_ticket (404).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from ...booking.rules import Wanted
from ...core.tx import Tx
from ...office.directory import MunicipalityInfo, current_directory
from ..events import TicketFinished, TicketReturned
from ..rules import after
from ..state import TicketNow
from .calling import Called, call_next
from .rendered import all_to_do, read_done, reopened, told
from .steps import Desk, Taken, away, desk_of, remember, take_step, ticket_at, ticket_of_today


@dataclass(frozen=True, slots=True)
class FinishedAndCalled:
    """A visit that is over, and who was called in the same press; None when nobody waits."""

    finished: TicketNow
    called: Called | None


def finish(
    tx: Tx,
    *,
    counter_id: int,
    ticket_id: int,
    services: Collection[Wanted] | None = None,
    residence: str | None = None,
    unsure: bool = False,
) -> TicketNow:
    """The visit is over. `services` are those rendered, with counts; None: those left to do.

    `residence` is the town somebody lives in, by its slug; `unsure` says that nobody knows when
    the visit really ended, so that nothing is learned from how long it took. Raises
    unknown_service (404) for one the office does not do, unknown_municipality (404).
    """
    desk = desk_of(tx, counter_id)
    step = _finish(tx, desk, ticket_id, services, residence, unsure=unsure)
    remember(tx, desk, step)
    return step.written


def finish_and_call_next(
    tx: Tx,
    *,
    counter_id: int,
    ticket_id: int,
    services: Collection[Wanted] | None = None,
    residence: str | None = None,
    unsure: bool = False,
    silent: bool = False,
) -> FinishedAndCalled:
    """Both or neither, in one transaction; undone together as well.

    Raises what finish and call_next raise, counter_closed among them.
    """
    desk = desk_of(tx, counter_id)
    step = _finish(tx, desk, ticket_id, services, residence, unsure=unsure)
    called = call_next(tx, counter_id=counter_id, silent=silent, pressed_with=step)
    if called is None:
        remember(tx, desk, step)
    return FinishedAndCalled(step.written, called)


def return_ticket(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """Somebody finished or missed today came (back) after all: waits again for all, rank kept.

    What was done in the last stretch of a finished visit is to do again.
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_of_today(tx, desk, ticket_id)
    waits = replace(
        away(ticket),
        reserved_counter_id=None,
        finished_at=None,
        not_before=None,
        closed_by_system=False,
        services=reopened(ticket.services) if ticket.status == "finished" else ticket.services,
    )
    written = take_step(tx, "return", ticket, waits)
    remember(tx, desk, Taken("return", ticket, written))
    event = TicketReturned(ticket_id=ticket.id, number=ticket.number, counter_id=counter_id)
    tx.emit(desk.office.id, event)
    return written


def _finish(
    tx: Tx,
    desk: Desk,
    ticket_id: int,
    services: Collection[Wanted] | None,
    residence: str | None,
    *,
    unsure: bool,
) -> Taken:
    ticket = ticket_at(tx, desk, ticket_id)
    after("finish", ticket.status)
    done = all_to_do(ticket.services) if services is None else read_done(desk.office, services)
    town = _town(tx, residence)
    over = replace(
        ticket, finished_at=tx.now, reminded_at=None, residence_id=None if town is None else town.id
    )
    written = take_step(tx, "finish", ticket, over, done=done, unsure=unsure)
    event = TicketFinished(
        ticket_id=ticket.id,
        number=ticket.number,
        counter_id=desk.counter.id,
        rendered=told(desk.office, done),
        residence=None if town is None else town.slug,
        unsure=unsure,
    )
    tx.emit(desk.office.id, event)
    return Taken("finish", ticket, written)


def _town(tx: Tx, slug: str | None) -> MunicipalityInfo | None:
    return None if slug is None else current_directory(tx).municipality(slug)

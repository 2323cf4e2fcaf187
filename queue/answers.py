"""What the queue gives back over the interface, as models; what it takes is in `inputs.py`."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from ..core.formats import iso_text
from ..office.directory import Directory, OfficeInfo
from .counter.calling import Called
from .counter.counters import CounterSet
from .counter.finishing import FinishedAndCalled
from .drawing.issue import Issued
from .rules import Why
from .state import TicketNow
from .watching.views import Wait, wait_of

Shown = str | int


class TicketAnswer(BaseModel):
    """What the citizen takes along; `wait` is null when no counter is open."""

    id: int
    number: str
    token: str
    ahead: int
    wait: Wait | None
    url: str
    late: bool = False


class HolderAnswer(BaseModel):
    """The holder's ticket; `ahead` and `wait` only while it waits, `counter` once it is called."""

    number: str
    state: str
    ahead: int | None
    wait: Wait | None
    counter: str | None
    word: str | None
    way: str | None
    not_before: str | None
    delays_left: int
    on_the_way: bool = False


class WhyAnswer(BaseModel):
    """Why this one: a code with values, and the first appointment that has to wait."""

    code: str
    values: dict[str, Shown]
    later: "WhyAnswer | None" = None


class StepService(BaseModel):
    """A service of a ticket; once it is `done` with, `rendered` says for how many it was."""

    slug: str
    count: int
    rendered: int | None
    done: bool


class StepAnswer(BaseModel):
    """A ticket after a step at a counter; `calls` are those of this turn."""

    id: int
    number: str
    state: str
    services: list[StepService]
    language: str
    persons: int
    step_free: bool
    priority: bool
    remark: str | None
    note: str | None
    since: str
    rank: str
    appointment: str | None
    counter: str | None
    calls: int
    call_id: int | None = None
    why: WhyAnswer | None = None


class FinishedAnswer(BaseModel):
    """Finished, and called in the same transaction; null when nobody waits."""

    finished: StepAnswer
    called: StepAnswer | None


class DiscardAnswer(BaseModel):
    """The numbers that were thrown away or brought back."""

    id: int
    numbers: list[str]


class SessionAnswer(BaseModel):
    """`seat` is a number for whoever sits there now; it names nobody."""

    counter: str
    state: Literal["open", "break", "closed"]
    since: str
    until: str | None
    services: list[str] | None
    seat: int | None
    handed_over: int


def ticket_answer(issued: Issued, public_url: str) -> TicketAnswer:
    return TicketAnswer(
        id=issued.id,
        number=issued.number,
        token=issued.token,
        ahead=issued.ahead,
        wait=wait_of(issued.wait),
        url=f"{public_url}/t/{issued.token}",
        late=issued.late,
    )


def step_answer(
    ticket: TicketNow, directory: Directory, call_id: int | None = None, why: Why | None = None
) -> StepAnswer:
    """A ticket as its office sees it; something may have been done in another one."""
    counter = None if ticket.counter_id is None else directory.counter(ticket.counter_id)
    return StepAnswer(
        id=ticket.id,
        number=ticket.number,
        state=ticket.status,
        services=[
            StepService(
                slug=directory.offer(asked.offer_id).service.slug,
                count=asked.count,
                rendered=asked.rendered,
                done=asked.step_id is not None,
            )
            for asked in ticket.services
        ],
        language=ticket.language,
        persons=ticket.persons,
        step_free=ticket.step_free,
        priority=ticket.priority,
        remark=ticket.remark,
        note=ticket.note,
        since=iso_text(ticket.drawn_at),
        rank=iso_text(ticket.rank),
        appointment=iso_or_none(ticket.appointment_start),
        counter=None if counter is None else counter.slug,
        calls=ticket.calls,
        call_id=call_id,
        why=None if why is None else why_answer(why),
    )


def called_answer(called: Called, directory: Directory) -> StepAnswer:
    return step_answer(called.ticket, directory, called.call_id, called.why)


def finished_answer(done: FinishedAndCalled, directory: Directory) -> FinishedAnswer:
    called = None if done.called is None else called_answer(done.called, directory)
    return FinishedAnswer(finished=step_answer(done.finished, directory), called=called)


def why_answer(why: Why) -> WhyAnswer:
    values: dict[str, Shown] = {
        name: iso_text(value) if isinstance(value, datetime) else value
        for name, value in why.values.items()
    }
    later = None if why.later is None else why_answer(why.later)
    return WhyAnswer(code=why.code, values=values, later=later)


def session_answer(done: CounterSet, office: OfficeInfo) -> SessionAnswer:
    present, only = done.present, None
    if present.offers is not None:
        only = sorted(office.offer(offer_id).service.slug for offer_id in present.offers)
    return SessionAnswer(
        counter=office.counter(present.counter_id).slug,
        state=present.state,
        since=iso_text(present.since),
        until=iso_or_none(present.until),
        services=only,
        seat=done.seat,
        handed_over=done.handed_over,
    )


def iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else iso_text(moment)

"""The status of an office as the interface gives it, as models."""

from typing import Literal

from pydantic import BaseModel

from ...core.formats import iso_text
from ..answers import iso_or_none
from ..drawing.walk_in import State
from ..watching.views import Wait, wait_of
from .facts import OfficeFacts
from .words import book_path


class NumbersNow(BaseModel):
    """Whether somebody who comes now gets a number; else `reason`, and `again` when next.

    `services` names what there are numbers for, null for everything one may come for without an
    appointment.
    """

    given: bool
    reason: (
        Literal[
            "full_today",
            "tickets_used_up",
            "past_cutoff",
            "closed_early",
            "appointments_only",
            "closed",
        ]
        | None
    )
    again: str | None
    services: list[str] | None


class OfficeStatus(BaseModel):
    """What anybody may know, true `at` that minute; the answer may be kept for ten seconds.

    `closes` while it is open, `opens` while it is not. `wait` is for the usual service, null when
    no number is given out or no counter is open. `earliest` is for the service `earliest_for`, the
    shortest of the office. `calling` tells how the office calls, `page` is for people, `book`
    leads to the earliest appointment.
    """

    at: str
    open: bool
    closes: str | None
    opens: str | None
    waiting: int
    wait: Wait | None
    numbers: NumbersNow
    earliest: str | None
    earliest_for: str | None
    book: str | None
    page: str
    calling: str


def status_answer(facts: OfficeFacts, public_url: str) -> OfficeStatus:
    """The facts with addresses below `public_url`."""
    office, earliest = facts.office, facts.earliest
    book = None if earliest is None else book_path(office, earliest.offer)
    return OfficeStatus(
        at=iso_text(facts.at),
        open=facts.open,
        closes=iso_or_none(facts.closes),
        opens=iso_or_none(facts.opens),
        waiting=facts.waiting,
        wait=wait_of(facts.wait),
        numbers=_numbers(facts),
        earliest=None if earliest is None else iso_text(earliest.start),
        earliest_for=None if earliest is None else earliest.offer.service.slug,
        book=None if book is None else f"{public_url}{book}",
        page=f"{public_url}/stand/{office.slug}",
        calling=f"{public_url}/aufruf/{office.slug}",
    )


def _numbers(facts: OfficeFacts) -> NumbersNow:
    state: State = facts.numbers.state
    return NumbersNow(
        given=state == "open",
        reason=None if state == "open" else state,
        again=iso_or_none(facts.numbers.again),
        services=[offer.service.slug for offer in facts.only] or None,
    )

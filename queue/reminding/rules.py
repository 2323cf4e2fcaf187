"""When a counter is asked about somebody it may have forgotten, and whether it was. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

from ..state import TicketNow

About = Literal["called", "serving"]

# Nobody is on the way to a counter for longer than this.
CALLED = timedelta(minutes=10)
# Visits are asked about when they last as long as hardly any does; short ones not before this.
SERVING = timedelta(minutes=45)
SERVING_TIMES = 3


class Timed(Protocol):
    """An offer of the directory, as far as time goes."""

    @property
    def id(self) -> int: ...
    def duration(self, count: int) -> int: ...


class Calling(Protocol):
    """An office of the directory, as far as reminders go."""

    @property
    def recall_limit(self) -> int: ...
    @property
    def recall_seconds(self) -> int: ...
    @property
    def offers(self) -> Sequence[Timed]: ...


def asked_about(ticket: TicketNow) -> About | None:
    """What the counter was asked about the ticket it has, until it does something about it."""
    began = _began(ticket)
    if began is None or ticket.reminded_at is None or ticket.reminded_at < began[1]:
        return None
    return began[0]


def to_ask(ticket: TicketNow, office: Calling, now: datetime) -> About | None:
    """What the counter is to be asked now; once for each call, once for each visit."""
    began = _began(ticket)
    if began is None or asked_about(ticket) is not None:
        return None
    about, since = began
    patience = _patience_of_call(office) if about == "called" else _of_visit(office, ticket)
    return about if now - since >= patience else None


def _began(ticket: TicketNow) -> tuple[About, datetime] | None:
    last_call = ticket.last_call_at or ticket.called_at
    if ticket.status == "called" and last_call is not None:
        return "called", last_call
    if ticket.status == "serving" and ticket.started_at is not None:
        return "serving", ticket.started_at
    return None


def _patience_of_call(office: Calling) -> timedelta:
    """At least as long as the calls take that must be made before somebody is not there."""
    return max(CALLED, timedelta(seconds=office.recall_limit * office.recall_seconds))


def _of_visit(office: Calling, ticket: TicketNow) -> timedelta:
    durations = {offer.id: offer for offer in office.offers}
    expected = sum(
        durations[one.offer_id].duration(one.count)
        for one in ticket.services
        if one.step_id is None and one.offer_id in durations
    )
    return max(SERVING, timedelta(minutes=SERVING_TIMES * expected))

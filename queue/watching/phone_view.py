"""Fills what the phone of a ticket's holder is told, from an office's picture. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from ...core.events import Logged
from ..events import TicketCalled
from ..rules import MOST_DELAYS, count_ahead, is_on_the_way, stay_until
from ..state import TicketNow
from .picture import OfficePicture
from .views import PhoneCall, PhoneView, Wait, wait_of

OVER = frozenset({"finished", "no_show", "cancelled", "expired"})


@dataclass(frozen=True, slots=True)
class PhoneTold:
    """A phone's few words, always sent whole."""

    text: str

    def whole(self) -> str:
        return self.text

    def since(self, before: "PhoneTold") -> str | None:
        return None if before.text == self.text else self.text


class PhoneTeller:
    """Tells the holder of one ticket; `ticket` as it was when they came."""

    def __init__(self, ticket: TicketNow) -> None:
        self.ticket = ticket

    def told(self, picture: OfficePicture) -> PhoneTold:
        """What the phone is told of a picture."""
        return PhoneTold(self.view(picture).model_dump_json())

    def view(self, picture: OfficePicture) -> PhoneView:
        """Number, position and range; the way to the counter once it is called."""
        ticket = self._newest(picture)
        state = picture.state
        waits = ticket.status == "waiting"
        called = ticket.status in {"called", "serving"} and ticket.counter_id is not None
        counter = picture.counter(ticket.counter_id or 0) if called else None
        return PhoneView(
            number=ticket.number,
            status=ticket.status,
            ahead=self._ahead(picture, ticket) if waits else None,
            wait=_wait(ticket, picture) if waits else None,
            counter=None if counter is None else counter.label,
            word=None if counter is None else counter.word,
            word_en=None if counter is None else counter.word_en,
            arrow=None if counter is None else counter.arrow,
            way=None if counter is None else counter.way,
            way_en=None if counter is None else counter.way_en,
            called_at=ticket.last_call_at if called else None,
            not_before=_later(ticket, picture) if waits else None,
            delays=ticket.delays,
            delays_left=MOST_DELAYS - ticket.delays,
            on_the_way=is_on_the_way(ticket),
            stay_until=None if state.closed_early_at is not None else stay_until(ticket),
            waiting=picture.public.waiting,
            open=picture.public.open,
            closed_early=state.closed_early_at is not None,
            rebooked=ticket.rebooked_id is not None and ticket.status == "cancelled",
            version=ticket.version,
        )

    def _ahead(self, picture: OfficePicture, ticket: TicketNow) -> int:
        known = picture.ahead.get(ticket.id)
        if known is not None:
            return known
        # Drawn after the picture was painted.
        return count_ahead(ticket, picture.state.waiting, picture.office.counters)

    def _newest(self, picture: OfficePicture) -> TicketNow:
        """The ticket of the picture, unless its holder was read after the picture was painted.

        One of another day that was not closed with it is over all the same.
        """
        painted = picture.ticket(self.ticket.id)
        if painted is not None and painted.version >= self.ticket.version:
            return painted
        over = self.ticket.status in OVER or self.ticket.day >= picture.state.day
        return self.ticket if over else replace(self.ticket, status="expired")


def _wait(ticket: TicketNow, picture: OfficePicture) -> Wait | None:
    """The range; never earlier than the holder asked for."""
    wait, later = wait_of(picture.ranges.get(ticket.id)), _later(ticket, picture)
    if wait is None or later is None:
        return wait
    least = ceil((later - picture.now).total_seconds() / 300) * 5
    low, high = max(wait.low_minutes, least), wait.high_minutes
    return Wait(low_minutes=low, high_minutes=None if high is None else max(high, low + 5))


def _later(ticket: TicketNow, picture: OfficePicture) -> datetime | None:
    """Until when a counter leaves the ticket alone; None once that has passed."""
    until = ticket.not_before
    return until if until is not None and until > picture.now else None


def call_text(logged: Logged, event: TicketCalled) -> str:
    """A call as every phone of the office gets it: one text for all."""
    return PhoneCall(
        ticket_id=event.ticket_id,
        number=event.number,
        counter=event.counter,
        word=event.word,
        word_en=event.word_en,
        arrow=event.arrow,
        way=event.way,
        way_en=event.way_en,
        called_at=logged.at,
        seq=logged.seq,
    ).model_dump_json()

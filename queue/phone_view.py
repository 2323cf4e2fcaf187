"""Fills what the phone of a ticket's holder is told, from an office's picture. Pure."""

from ..core.events import Logged
from .events import TicketCalled
from .picture import OfficePicture
from .rules import count_ahead
from .state import TicketNow
from .views import PhoneCall, PhoneView, wait_of


class PhoneTeller:
    """Tells the holder of one ticket, in the ticket's language."""

    def __init__(self, ticket_id: int, language: str) -> None:
        self.ticket_id = ticket_id
        self.language = language

    def text(self, picture: OfficePicture) -> str:
        """The view as it is sent; a ticket that is not of today any more has expired."""
        ticket = picture.ticket(self.ticket_id)
        return "" if ticket is None else self.view(picture, ticket).model_dump_json()

    def view(self, picture: OfficePicture, ticket: TicketNow) -> PhoneView:
        """Number, position and range; the way to the counter once it is called."""
        state = picture.state
        waits = ticket.status == "waiting"
        called = ticket.status in {"called", "serving"} and ticket.counter_id is not None
        counter = picture.counter(ticket.counter_id or 0) if called else None
        return PhoneView(
            number=ticket.number,
            status=ticket.status,
            ahead=count_ahead(ticket, state.waiting, picture.office.counters) if waits else None,
            wait=wait_of(picture.ranges.get(ticket.id)) if waits else None,
            counter=None if counter is None else counter.label,
            word=None if counter is None else counter.word_in(self.language),
            arrow=None if counter is None else counter.arrow,
            way=None if counter is None else counter.way_in(self.language),
            waiting=len(state.waiting),
            open=picture.public.open,
        )


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
        seq=logged.seq,
    ).model_dump_json()

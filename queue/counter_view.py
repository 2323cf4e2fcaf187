"""Fills the counter's view from an office's picture, in the clerk's language. Pure."""

from collections.abc import Iterable
from datetime import datetime

from ..core.formats import clock_text, number_text
from ..core.texts import T
from ..office.directory import CounterInfo
from .picture import OfficePicture
from .rules import Why, explain, pick_next, serves
from .screens import Screens
from .state import Asked, TicketNow
from .views import CounterView, ExpectedLine, NextLine, SeenLine, ServiceLine, TicketLine, wait_of


class CounterTeller:
    """Tells one counter, in one language."""

    def __init__(self, counter_id: int, screens: Screens, t: T, language: str) -> None:
        self.counter_id = counter_id
        self.screens = screens
        self.t = t
        self.language = language

    def view(self, picture: OfficePicture) -> CounterView:
        """Everything the counter's page shows."""
        state, counter = picture.state, picture.counter(self.counter_id)
        now = state.counter(counter.id)
        current = state.at_counter(counter.id)
        return CounterView(
            office=picture.office.slug,
            seq=picture.seq,
            counter=counter.label,
            state=now.state,
            since=now.since,
            until=now.until,
            current=None if current is None else self.line(picture, current),
            next=self.next_line(picture, counter),
            waiting=self.lines(picture, state.waiting),
            called=self.lines(picture, (*state.called, *state.serving)),
            parked=self.lines(picture, state.parked),
            missed=self.lines(picture, state.missed),
            finished=self.lines(picture, _newest(state.finished)),
            expected=tuple(
                ExpectedLine(
                    appointment_id=one.appointment_id,
                    start=one.start,
                    services=self.services(picture, one.services),
                )
                for one in state.expected
            ),
            counters_open=sum(one.state == "open" for one in state.counters.values()),
            open=picture.public.open,
            wait=wait_of(picture.public.wait),
            seen=None if current is None else self.seen(picture, current),
            now=picture.now,
        )

    def text(self, picture: OfficePicture) -> str:
        """The view as it is sent."""
        return self.view(picture).model_dump_json()

    def lines(self, picture: OfficePicture, tickets: Iterable[TicketNow]) -> tuple[TicketLine, ...]:
        return tuple(self.line(picture, ticket) for ticket in tickets)

    def line(self, picture: OfficePicture, ticket: TicketNow) -> TicketLine:
        labels = {counter.id: counter.label for counter in picture.office.counters}
        return TicketLine(
            id=ticket.id,
            number=ticket.number,
            status=ticket.status,
            services=self.services(picture, ticket.services),
            persons=ticket.persons,
            language=ticket.language,
            appointment=ticket.appointment_start,
            since=ticket.drawn_at,
            rank=ticket.rank,
            counter=labels.get(ticket.counter_id or 0),
            called_at=ticket.called_at,
            started_at=ticket.started_at,
            finished_at=ticket.finished_at,
            calls=ticket.calls,
            step_free=ticket.step_free,
            priority=ticket.priority,
            remark=ticket.remark,
            parked_reason=ticket.parked_reason,
            mine=self.serves(picture, picture.counter(self.counter_id), ticket),
            orphan=not any(self.serves(picture, one, ticket) for one in picture.office.counters),
            wait=wait_of(picture.ranges.get(ticket.id)),
        )

    def serves(self, picture: OfficePicture, counter: CounterInfo, ticket: TicketNow) -> bool:
        """Whether a counter that is not closed can serve the ticket with what it serves now."""
        now = picture.state.counter(counter.id)
        if now.state == "closed" and counter.id != self.counter_id:
            return False
        return serves(counter, ticket.offers, step_free=ticket.step_free, only=now.offers)

    def services(self, picture: OfficePicture, asked: Iterable[Asked]) -> tuple[ServiceLine, ...]:
        known = ((picture.offers[one.offer_id].service, one.count) for one in asked)
        return tuple(
            ServiceLine(slug=service.slug, name=service.name_in(self.language), count=count)
            for service, count in known
        )

    def next_line(self, picture: OfficePicture, counter: CounterInfo) -> NextLine | None:
        """Who this counter would call now, with the reason in words."""
        state, only = picture.state, picture.state.counter(counter.id).offers
        chosen = pick_next(state.waiting, counter, picture.now, only=only)
        if chosen is None:
            return None
        why = explain(chosen, state.waiting, counter, picture.now, only=only)
        return NextLine(
            ticket=self.line(picture, chosen),
            why=self.sentence(why, counter),
            more=None if why.later is None else self.sentence(why.later, counter),
        )

    def sentence(self, why: Why, counter: CounterInfo) -> str:
        """A reason in words: `counter.why.<code>`, filled with times and numbers as read."""
        place = f"{counter.word_in(self.language)} {counter.label}"
        values = {name: _shown(name, value) for name, value in why.values.items()}
        return self.t(f"counter.why.{why.code}", place=place, **values)

    def seen(self, picture: OfficePicture, ticket: TicketNow) -> SeenLine:
        seen = self.screens.of_ticket(ticket.id)
        return SeenLine(
            screens=self.screens.count(picture.office.area.id),
            shown=len(seen.shown),
            announced=len(seen.announced - seen.silent),
            silent=len(seen.silent),
        )


def _shown(name: str, value: datetime | int | str) -> str:
    if isinstance(value, datetime):
        return clock_text(value)
    return number_text(str(value)) if name == "number" else str(value)


def _newest(tickets: Iterable[TicketNow]) -> list[TicketNow]:
    done = [ticket for ticket in tickets if ticket.finished_at is not None]
    return sorted(done, key=lambda ticket: ticket.finished_at or ticket.drawn_at, reverse=True)

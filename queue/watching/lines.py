"""A ticket's row as every counter of its office reads it, in one language. Pure.

What a counter is told besides its tickets stands in `counter_view.py`.
"""

from collections.abc import Iterable, Mapping

from ...office.directory import OfferInfo
from ..forecasting.durations import usual_range
from ..forecasting.ranges import Range
from ..rules import rank_with_place
from ..state import Asked, TicketNow
from .picture import OfficePicture
from .telling import Row
from .views import AppointmentServiceLine, ServiceLine, TicketLine, Usual, wait_of


class Lines:
    """Makes rows from a picture; what services usually take is reckoned once for each kind.

    A row is made from its ticket, from who serves it and how long it waits, and from the office as
    it is set up and what it has learned: when these two change, no row is known any more.
    """

    def __init__(self, picture: OfficePicture, language: str) -> None:
        self._picture = picture
        self._language = language
        self._labels = {counter.id: counter.label for counter in picture.office.counters}
        self._usual: dict[tuple[Asked, ...], Range | None] = {}

    def rows(self, tickets: Iterable[TicketNow], known: Mapping[int, Row]) -> dict[int, Row]:
        """By ticket; of those known, the ones that would be made from the same are kept."""
        return {ticket.id: self._row(ticket, known.get(ticket.id)) for ticket in tickets}

    def _row(self, ticket: TicketNow, known: Row | None) -> Row:
        picture = self._picture
        made_from = (ticket, picture.served_by(ticket), picture.ranges.get(ticket.id))
        if known is not None and known.made_from == made_from:
            return known
        return Row(made_from, self.line(ticket).model_dump_json())

    def line(self, ticket: TicketNow) -> TicketLine:
        """The row as it is sent."""
        usual = self._usual_of(ticket)
        return TicketLine(
            id=ticket.id,
            number=ticket.number,
            status=ticket.status,
            services=self._services(ticket.services),
            persons=ticket.persons,
            language=ticket.language,
            channel=ticket.channel,
            paper=ticket.paper,
            appointment=ticket.appointment_start,
            late=self._has_lost_its_place(ticket),
            since=ticket.drawn_at,
            rank=ticket.rank,
            counter=self._labels.get(ticket.counter_id or 0),
            counter_id=ticket.counter_id,
            reserved=self._labels.get(ticket.reserved_counter_id or 0),
            called_at=ticket.called_at,
            last_call_at=ticket.last_call_at,
            started_at=ticket.started_at,
            finished_at=ticket.finished_at,
            calls=ticket.calls,
            step_free=ticket.step_free,
            priority=ticket.priority,
            remark=ticket.remark,
            note=ticket.note,
            parked_reason=ticket.parked_reason,
            personal=ticket.status == "parked" and ticket.reserved_counter_id is not None,
            not_before=ticket.not_before,
            delays=ticket.delays,
            on_the_way_at=ticket.on_the_way_at,
            served_by=self._picture.served_by(ticket),
            wait=wait_of(self._picture.ranges.get(ticket.id)),
            usual=None if usual is None else _usual(usual),
        )

    def asked_for(self, services: Iterable[Asked]) -> tuple[AppointmentServiceLine, ...]:
        """The services of an appointment."""
        return tuple(
            AppointmentServiceLine(
                slug=offer.service.slug,
                name=offer.service.name_in(self._language),
                count=one.count,
            )
            for offer, one in self._offers(services)
        )

    def _services(self, services: Iterable[Asked]) -> tuple[ServiceLine, ...]:
        return tuple(
            ServiceLine(
                slug=offer.service.slug,
                name=offer.service.name_in(self._language),
                count=one.count,
                rendered=one.rendered,
                done=one.step_id is not None,
            )
            for offer, one in self._offers(services)
        )

    def _offers(self, services: Iterable[Asked]) -> Iterable[tuple[OfferInfo, Asked]]:
        """Of whichever office: some may have been done before the ticket came to this one."""
        return ((self._picture.directory.offer(one.offer_id), one) for one in services)

    def _has_lost_its_place(self, ticket: TicketNow) -> bool:
        start = ticket.appointment_start
        return start is not None and None is not rank_with_place(
            start,
            ticket.rank,
            head_start_minutes=self._picture.office.head_start_minutes,
            priority=ticket.priority,
        )

    def _usual_of(self, ticket: TicketNow) -> Range | None:
        if ticket.services not in self._usual:
            learned, office = self._picture.state.learned, self._picture.office
            self._usual[ticket.services] = usual_range(learned, office, ticket.services)
        return self._usual[ticket.services]


def _usual(usual: Range) -> Usual:
    return Usual(
        low_minutes=usual.low_minutes, high_minutes=usual.high_minutes or usual.low_minutes
    )

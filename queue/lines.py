"""A ticket's row as every counter of its office reads it, in one language. Pure.

What a counter is told besides its tickets stands in `counter_view.py`.
"""

from collections.abc import Iterable

from ..office.directory import OfferInfo
from .durations import minutes_of
from .picture import OfficePicture
from .state import Asked, TicketNow
from .usual import usual_minutes
from .views import AppointmentServiceLine, ServiceLine, TicketLine, Usual, wait_of


def line_of(picture: OfficePicture, ticket: TicketNow, language: str) -> TicketLine:
    """The row of a ticket."""
    labels = {counter.id: counter.label for counter in picture.office.counters}
    start = ticket.appointment_start
    return TicketLine(
        id=ticket.id,
        number=ticket.number,
        status=ticket.status,
        services=_services(picture, ticket.services, language),
        persons=ticket.persons,
        language=ticket.language,
        channel=ticket.channel,
        paper=ticket.paper,
        appointment=start,
        late=start is not None and ticket.rank > start,
        since=ticket.drawn_at,
        rank=ticket.rank,
        counter=labels.get(ticket.counter_id or 0),
        counter_id=ticket.counter_id,
        reserved=labels.get(ticket.reserved_counter_id or 0),
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
        served_by=picture.served_by(ticket),
        wait=wait_of(picture.ranges.get(ticket.id)),
        usual=_usual(picture, ticket),
    )


def asked_for(
    picture: OfficePicture, asked: Iterable[Asked], language: str
) -> tuple[AppointmentServiceLine, ...]:
    """The services of an appointment."""
    return tuple(
        AppointmentServiceLine(
            slug=offer.service.slug, name=offer.service.name_in(language), count=one.count
        )
        for offer, one in _offers(picture, asked)
    )


def _services(
    picture: OfficePicture, asked: Iterable[Asked], language: str
) -> tuple[ServiceLine, ...]:
    return tuple(
        ServiceLine(
            slug=offer.service.slug,
            name=offer.service.name_in(language),
            count=one.count,
            rendered=one.rendered,
            done=one.step_id is not None,
        )
        for offer, one in _offers(picture, asked)
    )


def _offers(picture: OfficePicture, asked: Iterable[Asked]) -> Iterable[tuple[OfferInfo, Asked]]:
    """With what was done elsewhere before the ticket came to this office."""
    return ((picture.directory.offer(one.offer_id), one) for one in asked)


def _usual(picture: OfficePicture, ticket: TicketNow) -> Usual | None:
    left = [one for one in ticket.services if one.step_id is None]
    usual = usual_minutes(minutes_of(picture.office, left))
    return None if usual is None else Usual(low_minutes=usual.low, high_minutes=usual.high)

"""Fills the counter's view from an office's picture, in the clerk's language. Pure.

The rows of tickets are made in `lines.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ..core.formats import clock_text, number_text
from ..core.texts import T
from ..office.directory import CounterInfo
from .lines import asked_for, line_of
from .picture import OfficePicture
from .rules import Why, explain, pick_next
from .screens import Screens
from .state import CounterNow, TicketNow
from .views import (
    CounterLine,
    CounterPart,
    CounterView,
    EmergencyLine,
    ExpectedLine,
    NextId,
    NextLine,
    OfficePart,
    SeenLine,
    TicketLine,
    wait_of,
)


@dataclass(frozen=True, slots=True)
class CounterTeller:
    """Tells one counter, in one language; `boot` is the run of the server."""

    counter_id: int
    screens: Screens
    t: T
    language: str
    boot: str

    def view(self, picture: OfficePicture) -> CounterView:
        """Everything the counter's page shows."""
        lines = {one.id: line_of(picture, one, self.language) for one in picture.state.tickets}
        following = self.next(picture)
        current = picture.state.at_counter(self.counter_id)
        return CounterView(
            **dict(office_part(picture, self.language, self.boot)),
            **dict(self.part(picture, current)),
            current=None if current is None else lines[current.id],
            next=None
            if following is None
            else NextLine(ticket=lines[following.ticket], why=following.why, more=following.more),
            waiting=_listed(lines, picture.state.waiting),
            called=_listed(lines, called_in_order(picture)),
            parked=_listed(lines, picture.state.parked),
            missed=_listed(lines, newest(picture.state.missed)),
            finished=_listed(lines, newest(picture.state.finished)),
        )

    def text(self, picture: OfficePicture) -> str:
        """The view as it is sent."""
        return self.view(picture).model_dump_json()

    def part(self, picture: OfficePicture, current: TicketNow | None) -> CounterPart:
        """What is said of this counter alone."""
        counter = picture.counter(self.counter_id)
        now = picture.state.counter(counter.id)
        limit, pause = picture.office.recall_limit, picture.office.recall_seconds
        called = current if current is not None and current.status == "called" else None
        calls_needed = 0 if called is None else max(0, limit - called.calls)
        again_at = None if called is None else _later(called.last_call_at, pause)
        return CounterPart(
            counter=counter.label,
            counter_id=counter.id,
            slug=counter.slug,
            seat=picture.state.seats.get(counter.id),
            state=now.state,
            since=now.since,
            until=now.until,
            services=_slugs(picture, now),
            recall_at=again_at,
            no_show_at=again_at if calls_needed == 0 else None,
            calls_needed=calls_needed,
            emergencies=emergencies(picture, counter.id, self.language),
            seen=None if current is None else self.seen(picture, current),
            reminded=_reminded(current),
        )

    def next(self, picture: OfficePicture) -> NextId | None:
        """Who this counter would call now, with the reason in words."""
        counter = picture.counter(self.counter_id)
        state, now = picture.state, picture.state.counter(self.counter_id)
        if now.state == "closed":
            return None
        chosen = pick_next(state.waiting, counter, picture.now, only=now.offers)
        if chosen is None:
            return None
        why = explain(chosen, state.waiting, counter, picture.now, only=now.offers)
        more = None if why.later is None else self.sentence(why.later, counter)
        return NextId(ticket=chosen.id, why=self.sentence(why, counter), more=more)

    def sentence(self, why: Why, counter: CounterInfo) -> str:
        """A reason in words: `counter.why.<code>`, filled with times and numbers as read."""
        place = f"{counter.word_in(self.language)} {counter.label}"
        values = {name: _shown(name, value) for name, value in why.values.items()}
        return self.t(f"counter.why.{why.code}", place=place, **values)

    def seen(self, picture: OfficePicture, ticket: TicketNow) -> SeenLine:
        """What the screens made of the present call."""
        seen = self.screens.of_ticket(ticket.id)
        return SeenLine(
            screens=self.screens.count(picture.office.area.id),
            shown=len(seen.shown),
            announced=len(seen.announced - seen.silent),
            silent=len(seen.silent),
        )


def office_part(picture: OfficePicture, language: str, boot: str) -> OfficePart:
    """What is the same for all counters of the office."""
    state = picture.state
    return OfficePart(
        office=picture.office.slug,
        seq=picture.seq,
        boot=boot,
        now=picture.now,
        open=picture.public.open,
        closed_early=state.closed_early_at,
        wait=wait_of(picture.public.wait),
        counters_open=sum(one.state == "open" for one in state.counters.values()),
        counters=counter_lines(picture, language),
        expected=tuple(
            ExpectedLine(
                appointment_id=one.appointment_id,
                start=one.start,
                services=asked_for(picture, one.services, language),
                channel=one.channel,
            )
            for one in state.expected
        ),
    )


def counter_lines(picture: OfficePicture, language: str) -> tuple[CounterLine, ...]:
    """All counters of the waiting area, the office's own first."""
    state, directory = picture.state, picture.directory
    busy = {one.counter_id: one.number for one in (*state.called, *state.serving)}
    nearby = {one.present.counter_id: one for one in state.nearby}
    others = (one for one in directory.offices_of_area(picture.office.area.id))
    found: list[CounterLine] = []
    for office in (picture.office, *(one for one in others if one.id != picture.office.id)):
        for counter in office.counters:
            near = nearby.get(counter.id)
            now = state.counter(counter.id) if near is None else near.present
            found.append(
                CounterLine(
                    id=counter.id,
                    slug=counter.slug,
                    label=counter.label,
                    word=counter.word_in(language),
                    office=office.slug,
                    state=now.state,
                    since=now.since,
                    until=now.until,
                    services=_slugs(picture, now),
                    accessible=counter.accessible,
                    number=busy.get(counter.id) if near is None else near.number,
                )
            )
    return tuple(found)


def emergencies(
    picture: OfficePicture, counter_id: int, language: str
) -> tuple[EmergencyLine, ...]:
    """Calls for help from anywhere in the waiting area."""
    found: list[EmergencyLine] = []
    for one in picture.state.emergencies:
        counter, helper = picture.directory.counter(one.counter_id), one.acknowledged_by
        found.append(
            EmergencyLine(
                id=one.id,
                counter=counter.label,
                word=counter.word_in(language),
                counter_id=counter.id,
                at=one.at,
                test=one.test,
                acknowledged_by=None if helper is None else picture.directory.counter(helper).label,
                mine=counter.id == counter_id,
            )
        )
    return tuple(found)


def called_in_order(picture: OfficePicture) -> list[TicketNow]:
    """Those called and those served, the latest call first."""
    return sorted(
        (*picture.state.called, *picture.state.serving),
        key=lambda ticket: (ticket.called_at or ticket.drawn_at, ticket.id),
        reverse=True,
    )


def newest(tickets: Iterable[TicketNow]) -> list[TicketNow]:
    """Those that are over, the last first."""
    return sorted(
        tickets, key=lambda ticket: (ticket.finished_at or ticket.drawn_at, ticket.id), reverse=True
    )


def _listed(lines: dict[int, TicketLine], tickets: Iterable[TicketNow]) -> tuple[TicketLine, ...]:
    return tuple(lines[ticket.id] for ticket in tickets)


def _slugs(picture: OfficePicture, now: CounterNow) -> tuple[str, ...] | None:
    if now.offers is None:
        return None
    return tuple(sorted(picture.directory.offer(one).service.slug for one in now.offers))


def _later(moment: datetime | None, seconds: int) -> datetime | None:
    return None if moment is None else moment + timedelta(seconds=seconds)


def _reminded(current: TicketNow | None) -> Literal["called", "serving"] | None:
    if current is None or current.reminded_at is None:
        return None
    return "called" if current.status == "called" else "serving"


def _shown(name: str, value: datetime | int | str) -> str:
    if isinstance(value, datetime):
        return clock_text(value)
    return number_text(str(value)) if name == "number" else str(value)

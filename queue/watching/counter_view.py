"""Fills what counters are told from an office's picture, in the clerk's language. Pure.

How it is told, whole or as changes, stands in `telling.py`; the rows of tickets in `lines.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...core.formats import clock_text, number_text
from ...core.texts import T
from ...office.directory import CounterInfo, Directory
from ..reminding.rules import asked_about
from ..rules import Why, calls_needed, reason_for
from ..state import CounterNow, TicketNow
from .lines import Lines
from .picture import OfficePicture
from .screens import Screens, expected_screens
from .telling import CounterTold, OfficeTold, Row, written
from .views import (
    CounterLine,
    CounterPart,
    EmergencyLine,
    ExpectedLine,
    NextId,
    OfficePart,
    ScreenLine,
    SeenLine,
    wait_of,
)


class OfficeTeller:
    """Tells all counters of an office in one language; keeps what it wrote for the next picture.

    `boot` is the run of the server.
    """

    def __init__(self, t: T, language: str, boot: str) -> None:
        self.t = t
        self.language = language
        self.boot = boot
        self._told: OfficeTold | None = None

    def told(self, picture: OfficePicture) -> OfficeTold:
        """What all counters are told, made once for each picture."""
        before = self._told
        if before is not None and before.picture is picture:
            return before
        lines = Lines(picture, self.language)
        lists = lists_of(picture)
        listed = (ticket for tickets in lists.values() for ticket in tickets)
        self._told = OfficeTold(
            picture,
            written(self._part(picture, lines)),
            lines.rows(listed, {} if before is None else _still_right(before, picture)),
            {name: tuple(one.id for one in tickets) for name, tickets in lists.items()},
        )
        return self._told

    def _part(self, picture: OfficePicture, lines: Lines) -> OfficePart:
        state = picture.state
        return OfficePart(
            office=picture.office.slug,
            seq=picture.seq,
            boot=self.boot,
            now=picture.now,
            open=picture.public.open,
            closed_early=state.closed_early_at,
            wait=wait_of(picture.public.wait),
            in_house=picture.public.waiting,
            counters_open=sum(one.state == "open" for one in state.counters.values()),
            counters=counter_lines(picture, self.language),
            expected=tuple(
                ExpectedLine(
                    appointment_id=one.appointment_id,
                    start=one.start,
                    services=lines.asked_for(one.services),
                    channel=one.channel,
                )
                for one in state.expected
            ),
        )


@dataclass(frozen=True, slots=True)
class CounterTeller:
    """Tells one counter what all are told, and what is said of it alone."""

    counter_id: int
    office: OfficeTeller
    screens: Screens

    def told(self, picture: OfficePicture) -> CounterTold:
        """What the counter is told of a picture."""
        current = picture.state.at_counter(self.counter_id)
        return CounterTold(
            self.office.told(picture),
            written(self._part(picture, current)),
            None if current is None else current.id,
            self._next(picture),
        )

    def _part(self, picture: OfficePicture, current: TicketNow | None) -> CounterPart:
        counter = picture.counter(self.counter_id)
        now = picture.state.counter(counter.id)
        called = current if current is not None and current.status == "called" else None
        needed, again_at = 0, None
        if called is not None and called.last_call_at is not None:
            needed = calls_needed(called, recall_limit=picture.office.recall_limit)
            again_at = called.last_call_at + timedelta(seconds=picture.office.recall_seconds)
        return CounterPart(
            counter=counter.label,
            counter_id=counter.id,
            slug=counter.slug,
            seat=picture.state.seats.get(counter.id),
            state=now.state,
            since=now.since,
            until=now.until,
            services=_slugs(counter, picture.directory, now),
            recall_at=again_at,
            no_show_at=again_at if needed == 0 else None,
            calls_needed=needed,
            emergencies=emergencies(picture, counter.id, self.office.language),
            seen=None if current is None else self._seen(picture, current),
            screens=self._troubles(picture),
            reminded=None if current is None else asked_about(current),
        )

    def _next(self, picture: OfficePicture) -> NextId | None:
        """Who this counter would call now, with the reason in words."""
        counter = picture.counter(self.counter_id)
        line = iter(picture.line_for(counter.id))
        chosen = next(line, None)
        if chosen is None:
            return None
        why = reason_for(chosen, line, counter)
        more = None if why.later is None else self._sentence(why.later, counter)
        return NextId(ticket=chosen.id, why=self._sentence(why, counter), more=more)

    def _sentence(self, why: Why, counter: CounterInfo) -> str:
        """A reason in words: `counter.why.<code>`, filled with times and numbers as read."""
        place = f"{counter.word_in(self.office.language)} {counter.label}"
        values = {name: _shown(name, value) for name, value in why.values.items()}
        return self.office.t(f"counter.why.{why.code}", place=place, **values)

    def _seen(self, picture: OfficePicture, ticket: TicketNow) -> SeenLine | None:
        """What the screens made of the present call; None when it was not for them."""
        seen = self.screens.of_ticket(ticket.id)
        if seen is None:
            return None
        meant = expected_screens(picture.directory, picture.counter(self.counter_id))
        return SeenLine(
            expected=len(meant | seen.shown),
            shown=len(seen.shown),
            announced=len(seen.rung & seen.shown),
            spoken=len(seen.spoken & seen.shown),
            silent=len((seen.mute - seen.rung) & seen.shown),
        )

    def _troubles(self, picture: OfficePicture) -> tuple[ScreenLine, ...]:
        troubles = self.screens.troubles(picture.directory, picture.office.area.id)
        return tuple(ScreenLine(name=one.device.name, state=one.state) for one in troubles)


def _still_right(before: OfficeTold, picture: OfficePicture) -> Mapping[int, Row]:
    """The rows that were made of an office set up as it is now, which has learned no more."""
    old = before.picture
    same = old.directory is picture.directory and old.state.learned is picture.state.learned
    return before.rows if same else {}


def lists_of(picture: OfficePicture) -> dict[str, Sequence[TicketNow]]:
    """The tickets of each list in order: who waits and who is parked as they will be called, of
    the others the latest first.
    """
    state = picture.state
    return {
        "waiting": state.waiting,
        "called": _latest((*state.called, *state.serving), "called_at"),
        "parked": state.parked,
        "missed": _latest(state.missed, "finished_at"),
        "finished": _latest(state.finished, "finished_at"),
    }


def counter_lines(picture: OfficePicture, language: str) -> tuple[CounterLine, ...]:
    """All counters of the waiting area, the office's own first."""
    state, directory = picture.state, picture.directory
    _, busy = picture.at_counters
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
                    services=_slugs(counter, directory, now),
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
                way=counter.way_in(language),
                at=one.at,
                test=one.test,
                acknowledged_by=None if helper is None else picture.directory.counter(helper).label,
                mine=counter.id == counter_id,
            )
        )
    return tuple(found)


def _latest(tickets: Iterable[TicketNow], moment: str) -> list[TicketNow]:
    def when(ticket: TicketNow) -> tuple[datetime, int]:
        return getattr(ticket, moment) or ticket.drawn_at, ticket.id

    return sorted(tickets, key=when, reverse=True)


def _slugs(counter: CounterInfo, directory: Directory, now: CounterNow) -> tuple[str, ...] | None:
    """What the counter serves now; an offer may be gone since somebody chose it."""
    if now.offers is None:
        return None
    left = now.offers & counter.offers
    return tuple(sorted(directory.offer(one).service.slug for one in left))


def _shown(name: str, value: datetime | int | str) -> str:
    if isinstance(value, datetime):
        return clock_text(value)
    return number_text(str(value)) if name == "number" else str(value)

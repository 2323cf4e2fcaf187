"""One office at one moment, with the forecast of everybody who waits. Pure: reads nothing."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ...office.directory import CounterInfo, Directory, OfferInfo, OfficeInfo
from ...office.rules import is_open_at
from ..forecasting.forecast import forecast_all, forecast_each_new
from ..forecasting.ranges import Range
from ..rules import TRANSITIONS, serves
from ..state import Asked, CounterNow, OfficeState, TicketNow
from .positions import count_everybody_ahead

MOST_NEXT = 3
CAN_BE_CALLED = frozenset(TRANSITIONS["call"])
Kind = tuple[frozenset[int], bool, int | None]


@dataclass(frozen=True)
class OfficeNow:
    """What anybody may know: open, how many wait, and the range for a walk-in (None: unknown).

    `waiting` are the people who wait in the house, the one sum that every screen and page says:
    who waits by phone or video, and work without a citizen, is not among them. `busy`: somebody is
    called or served; `next_numbers` are those in the house who come next by the order of calling,
    for whom a counter is there.
    """

    open: bool
    waiting: int
    wait: Range | None
    busy: bool = False
    next_numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfficePicture:
    """An office's state and what follows from it; `seq` is the last event it contains."""

    office: OfficeInfo
    directory: Directory
    offers: Mapping[int, OfferInfo]
    state: OfficeState
    ranges: Mapping[int, Range | None]
    in_front: Mapping[int, int]
    public: OfficeNow
    seq: int
    now: datetime

    def counter(self, counter_id: int) -> CounterInfo:
        """A counter of this office; raises KeyError for another's."""
        return {counter.id: counter for counter in self.office.counters}[counter_id]

    def last_called(self, silent: Collection[int]) -> tuple[str, CounterInfo] | None:
        """The number called last today and where to, as long as it is at a counter or was; nobody
        in the room hears of those called at home or of the tickets called without a sound.
        """
        called = [
            ticket
            for ticket in self.state.tickets
            if ticket.called_at
            and ticket.counter_id is not None
            and ticket.channel == "on_site"
            and ticket.id not in silent
        ]
        if not called:
            return None
        last = max(called, key=lambda ticket: ticket.called_at or self.now)
        return last.number, self.counter(last.counter_id or 0)

    def ticket(self, ticket_id: int) -> TicketNow | None:
        """A ticket of today, or None."""
        return self._tickets.get(ticket_id)

    def served_by(self, ticket: TicketNow) -> tuple[int, ...]:
        """Counters, by id, that are not closed and could call the ticket with what they serve now.

        Nobody calls one that is over; a ticket kept for a counter only that counter calls.
        """
        known = self._served_by.get(ticket.id)
        if known is None:
            known = self._served_by[ticket.id] = self._look_who_serves(ticket)
        return known

    def line_for(self, counter_id: int) -> Sequence[TicketNow]:
        """Who an automatic call at the counter could take now, in the order of calling."""
        return self._lines.get(counter_id, ())

    def _look_who_serves(self, ticket: TicketNow) -> tuple[int, ...]:
        if ticket.status not in CAN_BE_CALLED:
            return ()
        kind = (ticket.offers, ticket.step_free, ticket.reserved_counter_id)
        if kind not in self._served_kinds:
            counters = self.office.counters
            self._served_kinds[kind] = tuple(c.id for c in counters if self._calls(c, *kind))
        return self._served_kinds[kind]

    def _calls(
        self, counter: CounterInfo, offers: frozenset[int], step_free: bool, kept: int | None
    ) -> bool:
        now = self.state.counter(counter.id)
        if now.state == "closed" or kept not in {None, counter.id}:
            return False
        return serves(counter, offers, step_free=step_free, only=now.offers)

    @cached_property
    def _lines(self) -> Mapping[int, list[TicketNow]]:
        lines: dict[int, list[TicketNow]] = {}
        for ticket in self.state.waiting:
            if ticket.not_before is None or ticket.not_before <= self.now:
                for counter_id in self.served_by(ticket):
                    lines.setdefault(counter_id, []).append(ticket)
        return lines

    @cached_property
    def _served_by(self) -> dict[int, tuple[int, ...]]:
        return {}

    @cached_property
    def _served_kinds(self) -> dict[Kind, tuple[int, ...]]:
        return {}

    @cached_property
    def at_counters(self) -> tuple[Mapping[int, CounterNow], Mapping[int, str]]:
        """What the counters do, and the number that is called or served at each."""
        busy = (*self.state.called, *self.state.serving)
        return self.state.counters, {one.counter_id or 0: one.number for one in busy}

    @cached_property
    def walk_in_waits(self) -> Mapping[int, Range | None]:
        """The range for who draws a number now, by offer; none while the office gives none."""
        offers = [one for one in self.office.offers if one.walk_in and not one.online_only]
        if not self.public.open:
            return {one.id: None for one in offers}
        wanted = [(Asked(one.id, 1),) for one in offers]
        found = forecast_each_new(self.state, self.office, self.now, wanted)
        return {one.id: wait for one, wait in zip(offers, found, strict=True)}

    @cached_property
    def ahead(self) -> Mapping[int, int]:
        """How many are called before each who waits, by ticket; reckoned when a phone asks.

        The replay says it as it says the range, so both agree; for those whom no counter calls it
        is how many stand before them in the order.
        """
        if len(self.in_front) == len(self.state.waiting):
            return self.in_front
        in_order = count_everybody_ahead(self.state.waiting, self.office.counters)
        return {**in_order, **self.in_front}

    @cached_property
    def _tickets(self) -> Mapping[int, TicketNow]:
        return {ticket.id: ticket for ticket in self.state.tickets}


def paint(directory: Directory, state: OfficeState, seq: int, now: datetime) -> OfficePicture:
    """The picture of an office from its state: one replay gives all positions and ranges."""
    office = directory.office(state.office_id)
    gives_numbers = state.closed_early_at is None
    usual = usual_walk_in(state, office) if gives_numbers else []
    found = forecast_all(state, office, now, usual)
    return OfficePicture(
        office=office,
        directory=directory,
        offers={offer.id: offer for offer in office.offers},
        state=state,
        ranges=found.waits,
        in_front=found.in_front,
        public=OfficeNow(
            gives_numbers and is_open_at(office, now),
            len(state.waiting_in_house),
            found.new[0] if found.new else None,
            busy=bool(state.called or state.serving),
            next_numbers=_next_numbers(found.in_front, state),
        ),
        seq=seq,
        now=now,
    )


def _next_numbers(in_front: Mapping[int, int], state: OfficeState) -> tuple[str, ...]:
    here = [one for one in state.waiting_in_house if one.id in in_front]
    return tuple(one.number for one in sorted(here, key=lambda t: in_front[t.id])[:MOST_NEXT])


def usual_walk_in(state: OfficeState, office: OfficeInfo) -> list[tuple[Asked, ...]]:
    """What most people who drew a number came for today; nothing where nobody draws one.

    The range for it is what the wall says: one over all services would be too wide to mean
    anything. Before anybody came, it is for what most open counters can do. Not always for that:
    the counter that does only what is quick is often free, and the wall would say "soon" to a full
    room. The kiosk gives the figure of the service that was chosen.
    """
    walk_in = [offer for offer in office.offers if offer.walk_in and not offer.online_only]
    if not walk_in:
        return []
    counters = [one for one in office.counters if state.counter(one.id).state == "open"]
    asked = Counter(one.offer_id for ticket in state.tickets for one in ticket.services)
    usual = max(
        walk_in,
        key=lambda offer: (asked[offer.id], sum(offer.id in one.offers for one in counters)),
    )
    return [(Asked(usual.id, 1),)]

"""The promise of the order of calling, as properties over whole days of made-up business."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from aufruf.queue.rules import is_callable_at, pick_next, rank_of_appointment
from aufruf.queue.state import TicketNow
from tests.queue.line import NINE, Desk, desk, ticket

HEAD_START, GRACE = 30, 10
SKILLS = ((1,), (2,), (1, 2), (1, 2, 3))

skills = st.sampled_from(SKILLS)
draw = st.tuples(st.just("draw"), skills)
arrive = st.tuples(st.just("arrive"), skills, st.integers(-60, 120))
call = st.tuples(st.just("call"), st.integers(0, 3))
give_back = st.tuples(st.just("back"), st.integers(0, 50))
days = st.lists(
    st.tuples(st.integers(0, 12), st.one_of(draw, draw, arrive, call, call, give_back)),
    min_size=1,
    max_size=60,
)
desks = st.lists(skills, min_size=1, max_size=4).map(
    lambda offers: [desk(number, *one) for number, one in enumerate(offers)]
)


@dataclass
class Overtaken:
    """Somebody called before a walk-in at a counter that could have served the walk-in."""

    walk_in: TicketNow
    other: TicketNow
    other_callable_since: datetime
    other_came_back: bool


@dataclass
class Business:
    """A waiting room driven by the rules alone."""

    desks: list[Desk]
    now: datetime = NINE
    line: dict[int, TicketNow] = field(default_factory=dict[int, TicketNow])
    callable_since: dict[int, datetime] = field(default_factory=dict[int, datetime])
    called: list[TicketNow] = field(default_factory=list[TicketNow])
    came_back: set[int] = field(default_factory=set[int])
    overtaken: list[Overtaken] = field(default_factory=list[Overtaken])
    drawn: int = 0

    def add(self, made: TicketNow) -> None:
        self.line[made.id] = made
        self.callable_since[made.id] = self.now

    def draw(self, offers: tuple[int, ...]) -> None:
        self.drawn += 1
        self.add(replace(ticket(self.drawn, offers=offers), rank=self.now, drawn_at=self.now))

    def arrive(self, offers: tuple[int, ...], start_in: int) -> None:
        start = self.now + timedelta(minutes=start_in)
        rank = rank_of_appointment(
            start, self.now, head_start_minutes=HEAD_START, grace_minutes=GRACE
        )
        self.drawn += 1
        made = ticket(self.drawn, letter="T", offers=offers, start=0)
        self.add(replace(made, rank=rank, drawn_at=self.now, appointment_start=start))

    def call(self, index: int) -> None:
        counter = self.desks[index % len(self.desks)]
        line = list(self.line.values())
        chosen = pick_next(line, counter, self.now)
        others = [one for one in line if is_callable_at(one, counter, self.now)]
        if chosen is None:
            assert others == []
            return
        assert all(chosen.place_in_line <= other.place_in_line for other in others)  # P1
        for other in others:
            if other.appointment_start is None and other.id not in self.came_back | {chosen.id}:
                since = self.callable_since[chosen.id]
                back = chosen.id in self.came_back
                self.overtaken.append(Overtaken(other, chosen, since, back))
        self.called.append(self.line.pop(chosen.id))

    def back(self, index: int) -> None:
        if self.called:
            returned = self.called.pop(index % len(self.called))
            self.came_back.add(returned.id)
            self.add(returned)

    def live(self, day: list[tuple[int, tuple[str, object, object] | tuple[str, object]]]) -> None:
        for passed, (what, *arguments) in day:
            self.now += timedelta(minutes=passed)
            getattr(self, what)(*arguments)


@settings(max_examples=300, deadline=None)
@given(desks, days)
def test_order_keeps_what_it_promises(counters: list[Desk], day: list[object]) -> None:
    business = Business(counters)
    business.live(day)  # pyright: ignore[reportArgumentType]
    for case in business.overtaken:
        drawn = case.walk_in.drawn_at
        if case.other_callable_since <= drawn:
            continue
        # P2: an appointment within its window, or a returned ticket with a rank no later.
        start = case.other.appointment_start
        in_window = start is not None and (
            drawn - timedelta(minutes=GRACE) <= start <= drawn + timedelta(minutes=HEAD_START)
        )
        assert in_window or (case.other_came_back and case.other.rank <= drawn)


@settings(max_examples=100, deadline=None)
@given(desks, days)
def test_order_starves_nobody(counters: list[Desk], day: list[object]) -> None:
    """P3: once nobody new comes, counters that keep calling empty all that they can serve."""
    business = Business(counters)
    business.live(day)  # pyright: ignore[reportArgumentType]
    for _ in range(len(business.line)):
        for index in range(len(counters)):
            business.call(index)
    left = business.line.values()
    assert not any(is_callable_at(one, c, business.now) for one in left for c in counters)

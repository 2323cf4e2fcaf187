"""What may be booked when, against a slow reference that walks through days minute by minute."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aufruf.booking.capacity import check_start, free_times, plan_day
from aufruf.booking.day_plan import DayPlan
from aufruf.booking.rules import Request, Wanted, read_request
from aufruf.core.errors import DomainError
from aufruf.office.infos import ClosureInfo, OfferInfo, OfficeInfo, RuleInfo
from aufruf.office.rules import day_spans, walk_in_until
from tests import slow_hours
from tests.slow_hours import DAY, HESSE, MINUTE, office_with

FIRST = date(2026, 1, 1)
TWO_YEARS = [FIRST + number * DAY for number in range(731)]
CLOCK_CHANGES = [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)]
HOLIDAYS = [day for day in TWO_YEARS if day in HESSE]
# Beside the holidays: 24 and 31 December, carnival, and what lies between holiday and weekend.
HALF_DAYS = [
    *(date(year, 12, day) for year in (2026, 2027) for day in (24, 31)),
    date(2026, 2, 16), date(2026, 2, 17), date(2027, 2, 8), date(2027, 2, 9),
    date(2026, 5, 15), date(2026, 6, 5), date(2027, 5, 7), date(2027, 5, 28),
]  # fmt: skip

DAYS = st.one_of(
    st.sampled_from(TWO_YEARS),
    st.sampled_from(CLOCK_CHANGES),
    st.sampled_from(HOLIDAYS),
    st.sampled_from(HALF_DAYS),
)
EVERY_DAY = frozenset(range(7))
OFFERS = (1, 2, 3)
POOLS = (1, 2)


@st.composite
def minutes(draw: st.DrawFn) -> tuple[int, int]:
    first, last = sorted(draw(st.sets(st.integers(0, 96), min_size=2, max_size=2)))
    return first * 15, last * 15


@st.composite
def places(draw: st.DrawFn) -> dict[int, tuple[int, int]]:
    pairs = st.tuples(st.integers(0, 3), st.integers(0, 4)).map(lambda p: (min(p), max(p)))
    return {pool: draw(pairs) for pool in POOLS if pool == 1 or draw(st.booleans())}


@st.composite
def rules(draw: st.DrawFn, day: date) -> RuleInfo:
    """A rule that is mostly in force on the day, with every feature now and then."""
    rule = draw(usual_rules())
    since = draw(st.none() | st.integers(0, 60).map(lambda ago: day - ago * DAY))
    return replace(
        rule,
        weekdays=draw(st.just(EVERY_DAY) | st.frozensets(st.integers(0, 6))),
        valid_from=since,
        valid_to=draw(st.none() | st.integers(-1, 3).map(lambda ahead: day + ahead * DAY)),
        special=draw(st.integers(0, 5)) == 0,
        every_weeks=1 if since is None else draw(st.sampled_from([1, 1, 2, 3])),
        nth=draw(st.just(frozenset[int]()) | st.frozensets(st.sampled_from([1, 2, 3, 4, 5, -1]))),
    )


@st.composite
def usual_rules(draw: st.DrawFn) -> RuleInfo:
    """A rule for every day; several of them mostly lie over each other."""
    mode = draw(st.sampled_from(["appointment", "walk_in", "mixed", "mixed"]))
    begin, end = draw(minutes())
    cuts = sorted(draw(st.sets(st.integers(begin // 5, end // 5), max_size=4)))
    cuts = cuts[: len(cuts) // 2 * 2]
    given = draw(places()) if mode != "walk_in" else {}
    release = draw(st.none() | st.integers(1, 80))
    held = {pool: draw(st.integers(0, public)) for pool, (public, _) in given.items()}
    return RuleInfo(
        id=1,
        weekdays=EVERY_DAY,
        from_minute=begin,
        to_minute=end,
        valid_from=None,
        valid_to=None,
        mode=mode,
        special=False,
        lead_minutes=draw(st.sampled_from([0, 0, 45, 60, 2880])),
        places=given,
        slot_minutes=draw(st.sampled_from([None, 5, 10, 20, 35])),
        horizon_days=draw(st.sampled_from([None, 1, 3, 7])),
        release_hours=release,
        held_back=held if release else {},
        breaks=tuple((a * 5, b * 5) for a, b in zip(cuts[::2], cuts[1::2], strict=True)),
        offers=draw(st.sampled_from([None, None, frozenset({1}), frozenset({1, 2})])),
    )


@st.composite
def neighbours(draw: st.DrawFn) -> list[RuleInfo]:
    """Two rules that meet: a visit that begins in the first may reach into the second."""
    first, second = draw(usual_rules()), draw(usual_rules())
    meet = draw(st.integers(8, 80)) * 15
    return [
        replace(first, from_minute=meet - 120, to_minute=meet, mode="mixed", breaks=()),
        replace(second, from_minute=meet, to_minute=meet + 120, mode="mixed", breaks=()),
    ]


@st.composite
def closures(draw: st.DrawFn, day: date) -> ClosureInfo:
    """A closure of any kind that mostly falls on the day."""
    first, last = draw(st.just((0, 1440)) | minutes())
    length = draw(st.integers(1, 3))
    near = day - draw(st.integers(0, 3)) * DAY
    kind = draw(st.sampled_from(["once", "each_year", "easter", "bridge"]))
    closure = ClosureInfo(
        None, None, "Ausflug", None, kind, days=length, from_minute=first, to_minute=last
    )
    if kind == "once":
        return replace(closure, first_day=near, last_day=near + (length - 1) * DAY, days=1)
    if kind == "easter":
        return replace(closure, easter_offset=(near - slow_hours.easter_of(near.year)).days)
    yearly = kind == "each_year"
    return replace(closure, month=near.month, month_day=near.day) if yearly else closure


@st.composite
def numbers_taken(draw: st.DrawFn, day: date) -> dict[int, dict[int, set[int]]]:
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()) // 300
    cells = st.integers(-30, 30).map(lambda off: noon + off)
    taken = st.dictionaries(cells, st.sets(st.integers(1, 4), max_size=3), max_size=12)
    return {pool: draw(taken) for pool in POOLS}


@st.composite
def services(draw: st.DrawFn) -> list[OfferInfo]:
    """Three services of an office; all need its main place, some a second one."""
    return [
        slow_hours.offer_with(
            number,
            draw(st.sampled_from([5, 10, 15, 23])),
            draw(st.sampled_from([0, 5, 7])),
            draw(st.sampled_from([(1,), (1, 2)])),
        )
        for number in OFFERS
    ]


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.data())
def test_starts_are_those_found_minute_by_minute(data: st.DataObject) -> None:
    day = data.draw(DAYS)
    offers = data.draw(services())
    opening = data.draw(
        st.lists(rules(day), min_size=1, max_size=4)
        | st.lists(usual_rules(), min_size=2, max_size=4)
        | neighbours()
    )
    house = office_with(
        opening,
        data.draw(st.lists(closures(day), max_size=1) | st.just([])),
        offers,
        [slow_hours.counter_for(offers)],
        data.draw(st.sampled_from(["HE", "HE", "BY", "SN"])),
    )
    taken = data.draw(numbers_taken(day))
    persons = data.draw(st.dictionaries(st.sampled_from(OFFERS), st.integers(1, 3), min_size=1))
    visit = [(offer, persons[offer.id]) for offer in offers if offer.id in persons]
    midnight = slow_hours.walk(day)[0][0]
    now = midnight + timedelta(minutes=data.draw(st.integers(-8 * 1440, 1440)), seconds=7)
    public = data.draw(st.booleans())
    asked = read_request(house, [Wanted(offer.service.slug, count) for offer, count in visit])
    minutes, pools = (
        slow_hours.minutes_of(visit),
        {pool for offer, _ in visit for pool in offer.pools},
    )
    plan = plan_day(house, day)
    found = free_times(
        plan, taken, asked.pools, asked.minutes, now, public=public, offers=asked.offers
    )
    expected = slow_hours.starts(house, day, persons, pools, minutes, taken, now, public=public)
    assert {time.start: time.free for time in found} == expected
    possible = slow_hours.offered(house, day, persons, minutes, now, public=public)
    begun = slow_hours.offered(house, day, persons, 5, now, public=public)
    for start, _ in slow_hours.walk(day)[:: data.draw(st.sampled_from([15, 35]))]:
        allowed = is_let_through(house, plan, asked, start, now, public=public)
        assert start in begun if allowed else start not in possible


def is_let_through(
    house: OfficeInfo,
    plan: DayPlan,
    asked: Request,
    start: datetime,
    now: datetime,
    *,
    public: bool,
) -> bool:
    """Whether the command would look for places for this start."""
    try:
        check_start(house, plan, asked, start, now, public=public)
    except DomainError:
        return False
    return True


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.data())
def test_walk_in_hours_are_those_found_minute_by_minute(data: st.DataObject) -> None:
    day = data.draw(DAYS)
    house = office_with(
        data.draw(st.lists(rules(day), min_size=1, max_size=4)),
        data.draw(st.lists(closures(day), max_size=1)),
    )
    offers = data.draw(st.sets(st.sampled_from(OFFERS), max_size=2))
    expected = slow_hours.walk_in_minutes(house, day, offers)
    for now, _ in slow_hours.walk(day)[::30]:
        assert (walk_in_until(house, now, offers) is not None) == (now in expected)


TOWN_HALL = office_with(
    [
        RuleInfo(1, frozenset({0, 2}), 480, 1080, None, None, "appointment", False, 60,
                 {1: (2, 3)}, breaks=((720, 780),), horizon_days=14),
        RuleInfo(2, frozenset({0, 2}), 480, 720, None, None, "walk_in", False, 60, {},
                 offers=frozenset({2})),
        RuleInfo(3, frozenset({1}), 420, 1080, None, None, "mixed", False, 60, {1: (1, 1)}),
        RuleInfo(4, frozenset({5}), 540, 720, None, None, "mixed", False, 60, {1: (1, 1)},
                 nth=frozenset({1})),
        RuleInfo(5, frozenset({4}), 60, 300, date(2026, 1, 7), None, "mixed", False, 60,
                 {1: (1, 1)}, every_weeks=2),
        RuleInfo(6, frozenset({3}), 480, 1200, None, None, "mixed", False, 60, {1: (1, 1)},
                 nth=frozenset({-1})),
        RuleInfo(7, frozenset({6}), 60, 300, None, None, "mixed", False, 60, {1: (1, 1)}),
    ],
    [
        ClosureInfo(None, None, "Heiligabend", None, "each_year", 12, 24),
        ClosureInfo(None, None, "Silvester", None, "each_year", 12, 31, from_minute=720),
        ClosureInfo(None, None, "Rosenmontag", None, "easter", easter_offset=-48),
        ClosureInfo(None, None, "Fastnacht", None, "easter", easter_offset=-47, from_minute=720),
        ClosureInfo(None, None, "Brückentag", None, "bridge"),
        ClosureInfo(None, None, "Zwischen den Jahren", None, "each_year", 12, 28, days=6),
        ClosureInfo(None, None, "Osterwoche", None, "easter", easter_offset=2, days=3),
    ],
)  # fmt: skip


@pytest.mark.parametrize("state", ["HE", "BY", "SN"])
def test_every_day_of_two_years_is_open_as_the_reference_says(state: str) -> None:
    house = office_with(TOWN_HALL.rules, TOWN_HALL.closures, state=state)
    near = {day + n * DAY for day in slow_hours.holidays_of(state) for n in (-1, 0, 1)}
    for day in [each for each in TWO_YEARS if state == "HE" or each in near]:
        expected = {
            (moment, rule.mode)
            for rule in slow_hours.rules_of(house, day)
            for moment in slow_hours.open_minutes(house, rule, day)
        }
        assert expected == {
            (span.start + number * MINUTE, span.mode)
            for span in day_spans(house, day)
            for number in range((span.end - span.start) // MINUTE)
        }, day

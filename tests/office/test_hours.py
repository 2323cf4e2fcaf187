"""Opening hours against a slow reference that walks through the day minute by minute."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aufruf.office.infos import AreaInfo, ClosureInfo, MunicipalityInfo, OfficeInfo, RuleInfo
from aufruf.office.rules import closed_reason, closes_at, day_spans, is_open_at, walk_in_until

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 1, 1)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
MINUTE = timedelta(minutes=1)

TOWN = MunicipalityInfo(1, "amtal", "Amtal", "Stadt Amtal", "HE", "amtal", *[None] * 7, position=0)
AREA = AreaInfo(1, "rathaus", "Rathaus", 1, "Foyer", None)


def office(
    *rules: RuleInfo, closures: tuple[ClosureInfo, ...] = (), cutoff_minutes: int = 15
) -> OfficeInfo:
    return OfficeInfo(
        id=1, slug="amt", name="Amt", municipality=TOWN, area=AREA,
        street="Markt 1", postcode="61999", town="Amtal", phone=None, email="amt@amtal.example",
        counter_word="Platz", counter_word_en="counter", slot_minutes=15, hold_minutes=10,
        lead_minutes=60, horizon_days=90, head_start_minutes=30, grace_minutes=10,
        cutoff_minutes=cutoff_minutes, recall_limit=3, email_required=False, phone_required=False,
        confirm_by_email=False, example=False, position=0,
        pools=(), offers=(), counters=(), rules=rules, closures=closures,
    )  # fmt: skip


def rule(
    start: str,
    end: str,
    mode: str = "mixed",
    *,
    days: str = "0123456",
    special: bool = False,
    valid: tuple[date | None, date | None] = (None, None),
) -> RuleInfo:
    return RuleInfo(
        id=1,
        weekdays=frozenset(map(int, days)),
        from_minute=minute_of(start),
        to_minute=minute_of(end),
        valid_from=valid[0],
        valid_to=valid[1],
        mode=mode,
        special=special,
        lead_minutes=60,
        places={1: (2, 3)},
    )


def minute_of(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def at(day: date, clock: str, fold: int = 0) -> datetime:
    wall = datetime.combine(day, time.fromisoformat(clock), BERLIN).replace(fold=fold)
    return wall.astimezone(UTC)


def instants(day: date) -> Iterator[datetime]:
    """Every minute of a local day, of which two in the year have 23 and 25 hours."""
    moment = datetime.combine(day, time(), BERLIN).astimezone(UTC)
    while moment.astimezone(BERLIN).date() == day:
        yield moment
        moment += MINUTE


def open_minutes(office: OfficeInfo, day: date) -> dict[datetime, str]:
    """The slow way: walk the wall clock, note when each rule's times have been reached."""
    chosen = [r for r in office.rules if in_force(r, day)]
    special = [r for r in chosen if r.special]
    closed = any(
        (c.first_day or date.max) <= day <= (c.last_day or date.min) for c in office.closures
    )
    if not special and (closed or day in holidays.country_holidays("DE", subdiv="HE")):
        return {}
    found: dict[datetime, str] = {}
    for one in special or chosen:
        latest = -1
        for moment in instants(day):
            wall = moment.astimezone(BERLIN)
            latest = max(latest, wall.hour * 60 + wall.minute)
            if one.from_minute <= latest < one.to_minute:
                found[moment] = one.mode
    return found


def in_force(one: RuleInfo, day: date) -> bool:
    begins, ends = one.valid_from or date.min, one.valid_to or date.max
    return day.weekday() in one.weekdays and begins <= day <= ends


DAYS = st.one_of(
    st.integers(0, 730).map(lambda number: FIRST + timedelta(days=number)),
    st.sampled_from([SPRING, AUTUMN, date(2027, 3, 28), date(2027, 10, 31)]),
    st.sampled_from([date(2026, 6, 4), date(2026, 12, 25), date(2027, 3, 26)]),
)
MODES = st.sampled_from(["appointment", "walk_in", "mixed"])


@st.composite
def layers(draw: st.DrawFn, day: date, *, special: bool) -> list[RuleInfo]:
    """Rules that do not overlap, mostly in force on the day."""
    cuts = sorted(draw(st.sets(st.integers(0, 288), max_size=4)))
    near = st.one_of(st.none(), st.integers(-3, 3).map(lambda days: day + timedelta(days=days)))
    return [
        RuleInfo(
            id=1,
            weekdays=draw(st.just(frozenset(range(7))) | st.frozensets(st.integers(0, 6))),
            from_minute=start * 5,
            to_minute=end * 5,
            valid_from=draw(near),
            valid_to=draw(near),
            mode=draw(MODES),
            special=special,
            lead_minutes=60,
            places={1: (1, 1)},
        )
        for start, end in itertools.pairwise(cuts)
        if draw(st.booleans())
    ]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.data())
def test_hours_follow_the_reference_on_any_day(data: st.DataObject) -> None:
    day = data.draw(DAYS)
    weekly = data.draw(layers(day, special=False))
    special = data.draw(st.just([]) | layers(day, special=True))
    length = timedelta(days=data.draw(st.integers(0, 2)))
    closures = data.draw(st.sampled_from([(), (ClosureInfo(day - length, day, "Ausflug", None),)]))
    house = office(*weekly, *special, closures=closures)
    expected = open_minutes(house, day)
    spans = day_spans(house, day)
    assert {
        moment: span.mode for span in spans for moment in walk(span.start, span.end)
    } == expected
    assert all(one.end <= later.start for one, later in itertools.pairwise(spans))
    now = data.draw(st.sampled_from(list(instants(day))))
    assert is_open_at(house, now) == (now in expected)
    assert closes_at(house, now) == end_of_run(expected, now)
    walk_ins = {m: mode for m, mode in expected.items() if mode != "appointment"}
    assert walk_in_until(house, now) == cut_off(
        end_of_run(walk_ins, now), end_of_run(expected, now), house.cutoff_minutes
    )


def walk(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += MINUTE


def end_of_run(minutes: dict[datetime, str], now: datetime) -> datetime | None:
    if now not in minutes:
        return None
    while now in minutes:
        now += MINUTE
    return now


def cut_off(ends: datetime | None, closes: datetime | None, minutes: int) -> datetime | None:
    return min(ends, closes - minutes * MINUTE) if ends and closes else None


def test_every_holiday_of_hesse_is_closed_for_two_years() -> None:
    house = office(rule("08:00", "12:00"))
    closed = {day for n in range(731) if not day_spans(house, day := FIRST + timedelta(days=n))}
    assert closed == set(holidays.country_holidays("DE", subdiv="HE", years=(2026, 2027))) | {
        date(2028, 1, 1)
    }


@pytest.mark.parametrize(
    ("language", "reason"),
    [("de", "Fronleichnam"), ("en", "Corpus Christi"), ("uk", "Corpus Christi")],
)
def test_a_holiday_is_the_reason_in_the_language_of_the_reader(language: str, reason: str) -> None:
    assert closed_reason(office(rule("08:00", "12:00")), date(2026, 6, 4), language) == reason


def test_a_closure_gives_its_reason_and_comes_before_the_holiday() -> None:
    closure = ClosureInfo(date(2026, 12, 24), date(2026, 12, 31), "Weihnachtsruhe", "Closed")
    house = office(rule("08:00", "12:00"), closures=(closure,))
    assert closed_reason(house, date(2026, 12, 25), "de") == "Weihnachtsruhe"
    assert closed_reason(house, date(2026, 12, 28), "en") == "Closed"
    assert closed_reason(house, date(2026, 12, 23), "de") is None


def test_a_day_without_hours_has_no_reason() -> None:
    assert closed_reason(office(rule("08:00", "12:00", days="0")), date(2026, 11, 24), "de") is None


def test_special_hours_win_over_weekly_ones_closures_and_holidays() -> None:
    christmas = date(2026, 12, 25)
    house = office(
        rule("08:00", "12:00"),
        rule("10:00", "11:00", "walk_in", special=True, valid=(christmas, christmas)),
        closures=(ClosureInfo(christmas, christmas, "Umzug", None),),
    )
    (span,) = day_spans(house, christmas)
    assert (span.start, span.end, span.mode) == (
        at(christmas, "10:00"), at(christmas, "11:00"), "walk_in"
    )  # fmt: skip
    assert closed_reason(house, christmas, "de") is None
    assert day_spans(house, date(2026, 12, 26)) == ()


def test_hours_over_the_spring_night_are_an_hour_shorter() -> None:
    (span,) = day_spans(office(rule("01:00", "06:00")), SPRING)
    assert span.end - span.start == timedelta(hours=4)


def test_hours_inside_the_skipped_hour_do_not_exist() -> None:
    assert day_spans(office(rule("02:00", "03:00")), SPRING) == ()


def test_hours_over_the_autumn_night_are_an_hour_longer() -> None:
    (span,) = day_spans(office(rule("01:00", "06:00")), AUTUMN)
    assert span.end - span.start == timedelta(hours=6)


def test_a_time_that_comes_twice_means_the_first() -> None:
    (span,) = day_spans(office(rule("02:00", "02:30")), AUTUMN)
    assert (span.start, span.end) == (at(AUTUMN, "02:00"), at(AUTUMN, "02:30"))


def test_tickets_stop_before_closing_but_not_before_appointments_go_on() -> None:
    day = date(2026, 11, 25)
    usual = office(rule("08:00", "12:00"))
    assert walk_in_until(usual, at(day, "11:50")) == at(day, "11:45")
    goes_on = office(rule("08:00", "13:00"), rule("13:00", "18:00", "appointment"))
    assert walk_in_until(goes_on, at(day, "12:50")) == at(day, "13:00")
    assert walk_in_until(goes_on, at(day, "13:00")) is None
    assert closes_at(goes_on, at(day, "12:50")) == at(day, "18:00")


def test_hours_for_walk_ins_have_no_places() -> None:
    (span,) = day_spans(office(rule("08:00", "12:00", "walk_in")), date(2026, 11, 25))
    assert span.places == {}

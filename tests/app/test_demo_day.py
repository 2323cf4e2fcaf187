"""The day the demo plays on: always a working day, always open, never back in time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aufruf.app.demo.day import demo_start, is_playable, is_working_day, next_morning
from aufruf.core.formats import local, local_day

BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("real", "expected"),
    [
        ("2026-11-23T07:00", "2026-11-23T09:30"),  # Monday before opening
        ("2026-11-23T09:31", "2026-11-24T09:30"),
        ("2026-11-24T12:00", "2026-11-25T09:30"),
        ("2026-11-25T12:00", "2026-11-26T09:30"),
        ("2026-11-26T23:59", "2026-11-27T09:30"),
        ("2026-11-27T16:00", "2026-11-30T09:30"),  # Friday afternoon
        ("2026-11-28T12:00", "2026-11-30T09:30"),  # Saturday
        ("2026-11-29T23:50", "2026-11-30T09:30"),  # Sunday night
        ("2026-12-24T13:00", "2026-12-28T09:30"),  # Christmas on Friday, then the weekend
        ("2026-12-31T20:00", "2027-01-04T09:30"),  # New Year on Friday
        ("2027-03-25T18:00", "2027-03-30T09:30"),  # Good Friday to Easter Monday
        ("2027-03-28T02:30", "2027-03-30T09:30"),  # the night the clocks go forward
        ("2026-10-25T02:30", "2026-10-26T09:30"),  # the night they go back
    ],
)
def test_demo_start_is_half_past_nine_on_the_next_working_morning(real: str, expected: str) -> None:
    assert demo_start(at(real), None) == at(expected)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2026-11-30T11:17", "2026-11-30T11:17"),  # goes on where it was
        ("2026-11-30T17:20", "2026-12-01T09:30"),  # too little left of that day
        ("2026-11-23T11:17", "2026-11-30T09:30"),  # an old demo starts on the next morning
        ("2026-12-24T18:30", "2026-12-28T09:30"),
    ],
)
def test_demo_start_after_an_earlier_demo(last: str, expected: str) -> None:
    assert demo_start(at("2026-11-29T23:50"), at(last)) == at(expected)


@given(MOMENTS, st.none() | MOMENTS)
def test_demo_start_is_always_open_and_never_goes_back(
    real: datetime, last: datetime | None
) -> None:
    start = demo_start(real, last)
    assert is_working_day(local_day(start))
    assert is_playable(start)
    assert last is None or start >= last
    assert start >= real or (last is not None and start == last)


@given(MOMENTS)
def test_next_morning_is_the_first_one(moment: datetime) -> None:
    morning = next_morning(moment)
    earlier = morning - timedelta(days=1)
    while earlier > moment:
        assert not is_working_day(local_day(earlier))
        earlier -= timedelta(days=1)
    assert local(morning).strftime("%H:%M") == "09:30"

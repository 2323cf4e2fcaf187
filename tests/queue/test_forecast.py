"""The replay against a plain minute-by-minute simulation, and what the range says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aufruf.queue.forecasting.durations import remaining_minutes
from aufruf.queue.forecasting.forecast import (
    EARLY_MINUTES,
    SHOW_RATE,
    WAY_MINUTES,
    arrivals_of,
    chance_to_come,
    forecast,
    forecast_each_new,
    forecast_new,
    foresee_new,
    minutes_until_back,
    servers_of,
)
from aufruf.queue.forecasting.ranges import BEYOND, BIN_EDGES, FACTORY_QUANTILES, Range, shown_range
from aufruf.queue.forecasting.replay import Arrival, replay
from aufruf.queue.rules import pick_next
from aufruf.queue.state import Asked, CounterNow, Expected, OfficeState, TicketNow
from tests.queue.line import DAY, Desk, House, Work, at, desk, ticket

NOW = at(60)
HOUSE = House(
    offers=(Work(1, 10), Work(2, 20, 5), Work(3, 7)),
    counters=(desk(1, 1, 2, 3), desk(2, 1), desk(3, 2, 3, accessible=False)),
)


def state(
    tickets: list[TicketNow],
    counters: dict[int, CounterNow] | None = None,
    expected: tuple[Expected, ...] = (),
) -> OfficeState:
    """All three counters open unless told."""
    if counters is None:
        counters = {one.id: CounterNow(one.id, "open", at(0)) for one in HOUSE.counters}
    return OfficeState(1, DAY, NOW, tuple(tickets), counters, expected)


def patient(arrivals: list[Arrival]) -> list[Arrival]:
    """The same people, of whom nobody leaves."""
    return [one._replace(since=float("inf")) for one in arrivals]


def minutes_by_hand(tickets: list[TicketNow], desks: list[Desk]) -> dict[int, int]:
    """Walk through the day minute by minute, calling by the real rule: slow and plain.

    Of counters that are free in the same minute the first in the list calls first, however long
    another has been idle: nobody can foresee who presses first, so the replay takes this order too.
    """
    work = {offer.id: offer.minutes for offer in HOUSE.offers}
    free_at = {one.id: 0 for one in desks}
    waiting, waited = list(tickets), dict[int, int]()
    for minute in range(2000):
        for one in desks:
            chosen = None
            if free_at[one.id] <= minute:
                chosen = pick_next(waiting, one, NOW + timedelta(minutes=minute))
            if chosen is not None:
                waiting.remove(chosen)
                waited[chosen.id] = minute
                served = sum(work[offer] for offer in chosen.offers)
                free_at[one.id] = minute + int(WAY_MINUTES) + served
    return waited


some_tickets = st.lists(
    st.tuples(
        st.integers(0, 59),
        st.sampled_from([(1,), (2,), (3,), (1, 2), (2, 3)]),
        st.booleans(),
        st.sampled_from([None, None, None, 65.0, 80.0]),
        st.sampled_from([None, None, None, 1]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(some_tickets)
def test_replay_is_what_a_walk_through_the_day_gives(
    drawn: list[tuple[int, tuple[int, ...], bool, float | None, int | None]],
) -> None:
    tickets = [
        ticket(n, rank, offers=offers, step_free=step, not_before=later, reserved=kept)
        for n, (rank, offers, step, later, kept) in enumerate(drawn, 1)
    ]
    now = state(tickets)
    outlooks = replay(servers_of(now, HOUSE, NOW), patient(arrivals_of(now, HOUSE, NOW)))
    by_hand = minutes_by_hand(tickets, list(HOUSE.counters))
    assert {key: one.minutes for key, one in outlooks.items()} == by_hand


def test_forecast_without_counters_is_none() -> None:
    tickets = [ticket(1)]
    assert forecast(state(tickets, {}), HOUSE, NOW) == {1: None}
    assert forecast_new(state(tickets, {}), HOUSE, NOW, [Asked(1, 1)]) is None


def test_forecast_is_none_for_what_no_open_counter_does() -> None:
    only_two = {2: CounterNow(2, "open", at(0))}
    tickets = [ticket(1, offers=(2,)), ticket(2, 1)]
    assert forecast(state(tickets, only_two), HOUSE, NOW) == {1: None, 2: Range(0, 5)}


def test_forecast_new_is_what_the_ticket_will_be_told() -> None:
    waiting = [ticket(n, n * 5, offers=(n % 3 + 1,)) for n in range(1, 9)]
    coming = (Expected(7, at(85), at(95), (Asked(2, 1),)),)
    wanted = [(Asked(1, 1),), (Asked(2, 1),), (Asked(3, 1),), (Asked(2, 1), Asked(3, 1))]
    told = [
        forecast(state([*waiting, drawn], expected=coming), HOUSE, NOW)[9]
        for drawn in (
            ticket(9, 60, letter="Z", offers=[one.offer_id for one in asked]) for asked in wanted
        )
    ]
    now = state(waiting, expected=coming)
    assert forecast_each_new(now, HOUSE, NOW, wanted) == told
    assert [forecast_new(now, HOUSE, NOW, asked) for asked in wanted] == told
    assert len(set(told)) > 1


def test_forecast_counts_the_telephone_as_work() -> None:
    only_two = {2: CounterNow(2, "open", at(0))}
    call = Expected(7, at(60), at(70), (Asked(1, 1),), "phone")
    empty, called = state([], only_two), state([], only_two, (call,))
    assert forecast_new(empty, HOUSE, NOW, [Asked(1, 1)]) == Range(0, 5)
    found = forecast_new(called, HOUSE, NOW, [Asked(1, 1)])
    assert found == shown_range(SHOW_RATE * (10 + WAY_MINUTES), 0)
    absent = replace(HOUSE, calls_absent=True)
    on_site = replace(call, channel="on_site")
    assert forecast_new(state([], only_two, (on_site,)), absent, NOW, [Asked(1, 1)]) == found


def test_forecast_knows_who_is_in_service() -> None:
    only_two = {2: CounterNow(2, "open", at(0))}
    serving = ticket(1, status="serving", counter=2, called=54, started=55)
    (server,) = servers_of(state([serving], only_two), HOUSE, NOW)
    assert server.free_in == remaining_minutes(10, 5)
    called = ticket(1, status="called", counter=2, called=60)
    (server,) = servers_of(state([called], only_two), HOUSE, NOW)
    assert server.free_in == 10 + WAY_MINUTES


@pytest.mark.parametrize(
    ("counter", "minutes"),
    [
        (CounterNow(1, "open", at(0)), 0.0),
        (CounterNow(1, "closed", at(0)), None),
        (CounterNow(1, "break", at(50), at(70)), 12.0),
        (CounterNow(1, "break", at(30), at(55)), 2.0),
        (CounterNow(1, "break", at(0), at(44)), None),
        (CounterNow(1, "break", at(55)), 5.0),
        (CounterNow(1, "break", at(45)), 5.0),
        (CounterNow(1, "break", at(44)), None),
    ],
)
def test_minutes_until_back(counter: CounterNow, minutes: float | None) -> None:
    assert minutes_until_back(counter, NOW) == minutes


def test_remaining_minutes_first_fall_then_rise() -> None:
    """A log-normal service that has lasted long will last longer still."""
    assert remaining_minutes(10, 0) == 10
    assert 0 < remaining_minutes(10, 8) < 10
    assert remaining_minutes(10, 60) > remaining_minutes(10, 15)
    assert remaining_minutes(10, 100_000) > 0


def test_chance_to_come_falls_with_lateness() -> None:
    start = at(100)
    chances = [chance_to_come(start, at(minute)) for minute in (0, 90, 100, 110, 130)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == pytest.approx(SHOW_RATE, abs=1e-3)
    assert chances[-1] < 0.01


def test_arrivals_take_appointments_to_come_in_part() -> None:
    soon = Expected(7, at(90), at(100), (Asked(1, 1),))
    gone = Expected(8, at(0), at(10), (Asked(1, 1),))
    (arrival,) = arrivals_of(state([], expected=(soon, gone)), HOUSE, NOW)
    assert arrival.callable_in == 30 - EARLY_MINUTES
    assert arrival.place[0] == at(60)
    chance = chance_to_come(at(90), NOW)
    assert arrival.minutes == pytest.approx(chance * (10 + WAY_MINUTES))
    assert not arrival.counts


def test_forecast_lets_an_appointment_to_come_go_first() -> None:
    only_two = {2: CounterNow(2, "open", at(0))}
    tickets = [ticket(n, 55 + n / 10) for n in range(1, 6)]
    early = Expected(7, at(72), at(82), (Asked(1, 1),))
    without = replay(
        servers_of(state(tickets, only_two), HOUSE, NOW),
        arrivals_of(state(tickets, only_two), HOUSE, NOW),
    )
    crowded = state(tickets, only_two, (early,))
    with_it = replay(servers_of(crowded, HOUSE, NOW), arrivals_of(crowded, HOUSE, NOW))
    assert with_it[1].minutes == without[1].minutes
    assert with_it[5].minutes > without[5].minutes
    assert with_it[5].ahead == without[5].ahead == 4


def test_in_front_are_those_its_own_counters_call_before_it() -> None:
    one_and_three = {n: CounterNow(n, "open", at(0)) for n in (2, 3)}
    line = [*(ticket(n, n, offers=(1,)) for n in range(1, 8)), ticket(8, 8, offers=(3,))]
    now = state([*line, ticket(9, 9, offers=(3,))], one_and_three)
    servers, arrivals = servers_of(now, HOUSE, NOW), arrivals_of(now, HOUSE, NOW)
    told = {key: one.in_front for key, one in replay(servers, arrivals).items()}
    # Counter 2 does only the first service, counter 3 only the others: two lines.
    assert [told[n] for n in (1, 7, 8, 9)] == [0, 6, 0, 1]
    found = foresee_new(now, HOUSE, NOW, [Asked(2, 1)])
    assert found is not None
    assert found.in_front == 2


def test_replay_of_three_hundred_serves_everybody_once() -> None:
    arrivals = [
        Arrival(n, (at(n), "A", n), 0.0, 5.0, frozenset({n % 3 + 1}), False, None, True)
        for n in range(300)
    ]
    outlooks = replay(servers_of(state([]), HOUSE, NOW), arrivals)
    assert len(outlooks) == 300
    assert sorted(one.ahead for one in outlooks.values()) == list(range(300))


@pytest.mark.parametrize(
    ("minutes", "ahead", "shown"),
    [
        (0.0, 0, Range(0, 5)),
        (2.9, 2, Range(0, 5)),
        (10.0, 26, Range(0, 20)),
        (500.0, 26, BEYOND),
        (500.0, 25, Range(450, 615)),
    ],
)
def test_shown_range_at_its_ends(minutes: float, ahead: int, shown: Range) -> None:
    assert shown_range(minutes, ahead) == shown


@given(st.floats(0, 600), st.integers(0, 25))
def test_shown_range_is_rounded_and_holds_the_forecast(minutes: float, ahead: int) -> None:
    shown = shown_range(minutes, ahead)
    assert shown.high_minutes is not None
    step = 15 if shown.high_minutes > 60 else 5
    assert shown.low_minutes % step == 0
    assert shown.high_minutes % step == 0
    assert shown.high_minutes - shown.low_minutes >= 5
    assert shown.low_minutes <= minutes + step / 2
    assert minutes <= shown.high_minutes


def test_factory_quantiles_fit_their_bins() -> None:
    assert len(FACTORY_QUANTILES) == len(BIN_EDGES) + 1
    assert all(low <= mid < high for low, mid, high in FACTORY_QUANTILES)

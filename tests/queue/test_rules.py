"""Steps, ranks, who is next and why. The promise P1 to P3 is in test_promise.py."""

from datetime import timedelta
from itertools import product

import pytest

from aufruf.core.errors import DomainError
from aufruf.queue.models import TICKET_STATES
from aufruf.queue.rules import (
    TRANSITIONS,
    after,
    count_ahead,
    count_alike_waiting,
    explain,
    is_callable_at,
    may_undo,
    pick_next,
    rank_of_appointment,
    rank_of_walk_in,
)
from tests.queue.line import at, desk, ticket

# Written out once more from the design, so that a slip in the rules shows.
ALLOWED = {
    ("call", "waiting"): "called",
    ("call", "parked"): "called",
    ("recall", "called"): "called",
    ("start", "called"): "serving",
    ("finish", "serving"): "finished",
    ("no_show", "called"): "no_show",
    ("put_back", "called"): "waiting",
    ("put_back", "serving"): "waiting",
    ("return", "no_show"): "waiting",
    ("return", "finished"): "waiting",
    ("come_back", "cancelled"): "waiting",
    ("park", "called"): "parked",
    ("park", "serving"): "parked",
    ("resume", "parked"): "waiting",
    ("transfer", "called"): "waiting",
    ("transfer", "serving"): "waiting",
    ("leave", "waiting"): "cancelled",
    ("leave", "parked"): "cancelled",
    ("leave", "called"): "cancelled",
    ("discard", "waiting"): "cancelled",
    ("discard", "parked"): "cancelled",
    ("discard", "called"): "cancelled",
    ("stay", "cancelled"): "waiting",
    ("stay_aside", "cancelled"): "parked",
    ("delay", "waiting"): "waiting",
    ("delay", "called"): "waiting",
    ("on_the_way", "waiting"): "waiting",
    ("on_the_way", "parked"): "parked",
    ("on_the_way", "called"): "called",
    ("change", "waiting"): "waiting",
    ("change", "called"): "called",
    ("change", "serving"): "serving",
    ("change", "parked"): "parked",
    ("join", "waiting"): "waiting",
    ("join", "called"): "called",
    ("join", "serving"): "serving",
    ("join", "parked"): "parked",
    ("rank", "waiting"): "waiting",
    ("rank", "parked"): "parked",
    ("close_day", "waiting"): "expired",
    ("close_day", "parked"): "expired",
    ("close_day", "called"): "no_show",
    ("close_day", "serving"): "finished",
}


@pytest.mark.parametrize(("step", "status"), list(product(TRANSITIONS, TICKET_STATES)))
def test_after_every_step_in_every_state(step: str, status: str) -> None:
    following = ALLOWED.get((step, status))
    if following is not None:
        assert after(step, status) == following
        return
    with pytest.raises(DomainError) as refused:
        after(step, status)
    assert (refused.value.code, refused.value.status) == ("wrong_state", 409)
    assert refused.value.details == {"state": status}


def test_transitions_lead_to_states_there_are() -> None:
    assert {s for row in TRANSITIONS.values() for s in row.values()} <= set(TICKET_STATES)
    assert set(ALLOWED) == {(step, s) for step, row in TRANSITIONS.items() for s in row}


def test_rank_of_walk_in_is_when_it_was_drawn() -> None:
    assert rank_of_walk_in(at(12)) == at(12)


def test_rank_of_walk_in_urgent_counts_half_an_hour_earlier() -> None:
    assert rank_of_walk_in(at(42), priority=True) == at(12)


@pytest.mark.parametrize(
    ("checked_in", "rank"),
    [(-60.0, 30.0), (60.0, 30.0), (70.0, 30.0), (70.01, 70.01), (120.0, 120.0)],
    ids=["early", "at its start", "end of grace", "just late", "very late"],
)
def test_rank_of_appointment_checked_in(checked_in: float, rank: float) -> None:
    found = rank_of_appointment(at(60), at(checked_in), head_start_minutes=30, grace_minutes=10)
    assert found == at(rank)


def test_pick_next_takes_smallest_rank() -> None:
    line = [ticket(1, 5), ticket(2, 3), ticket(3, 4)]
    assert pick_next(line, desk(1, 1), at(10)) == line[1]


def test_pick_next_of_equal_ranks_takes_smallest_number() -> None:
    line = [ticket(7, 3, letter="B"), ticket(9, 3), ticket(8, 3)]
    assert pick_next(line, desk(1, 1), at(10)) == line[2]


def test_pick_next_leaves_what_the_counter_cannot_do() -> None:
    line = [ticket(1, 1, offers=(1, 2)), ticket(2, 2)]
    assert pick_next(line, desk(1, 1), at(10)) == line[1]
    assert pick_next(line, desk(2, 1, 2), at(10)) == line[0]


def test_pick_next_leaves_what_the_counter_does_not_serve_now() -> None:
    line = [ticket(1, 1, offers=(2,)), ticket(2, 2)]
    assert pick_next(line, desk(1, 1, 2), at(10), only={1}) == line[1]


def test_pick_next_with_nobody_there() -> None:
    assert pick_next([], desk(1, 1), at(10)) is None


@pytest.mark.parametrize(
    "not_now",
    [
        ticket(1, status="parked"),
        ticket(1, status="called", counter=2),
        ticket(1, reserved=2),
        ticket(1, not_before=10.1),
        ticket(1, offers=(2,)),
        ticket(1, step_free=True),
    ],
    ids=["parked", "called", "kept for another", "later", "other service", "steps"],
)
def test_is_callable_at_refuses(not_now: object) -> None:
    assert not is_callable_at(not_now, desk(1, 1, accessible=False), at(10))  # pyright: ignore[reportArgumentType]


def test_is_callable_at_again_when_the_delay_is_over() -> None:
    assert is_callable_at(ticket(1, not_before=10), desk(1, 1), at(10))
    assert is_callable_at(ticket(1, reserved=1), desk(1, 1), at(10))


def test_explain_longest_waiting_names_the_appointment_that_has_to_wait() -> None:
    line = [ticket(1, 2), ticket(19, 30, letter="T", start=60)]
    why = explain(line[0], line, desk(3, 1), at(10))
    assert (why.code, why.values) == ("longest_waiting", {"since": at(2)})
    assert why.later is not None
    assert (why.later.code, why.later.values) == (
        "appointment_counts_from",
        {"number": "T019", "start": at(60), "counts_from": at(30)},
    )


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        (ticket(1, -30, letter="T", start=0), "appointment"),
        (ticket(1, 5, letter="T", start=-10), "late_appointment"),
        (ticket(1, 0, priority=True), "priority"),
        (ticket(1, 0, reserved=3), "reserved"),
        (ticket(1, 0), "longest_waiting"),
    ],
)
def test_explain_says_why(chosen: object, code: str) -> None:
    line = [chosen, ticket(2, 9)]
    why = explain(chosen, line, desk(3, 1), at(10))  # pyright: ignore[reportArgumentType]
    assert (why.code, why.later) == (code, None)


def test_explain_only_one() -> None:
    assert explain(ticket(1), [ticket(1)], desk(3, 1), at(10)).code == "only_one"


def test_count_ahead_counts_those_the_same_counters_could_call() -> None:
    mine = ticket(9, 9, offers=(1,))
    line = [
        ticket(1, 1),
        ticket(2, 2, offers=(2,)),
        ticket(3, 3, offers=(3,)),
        ticket(4, 4, status="parked"),
        ticket(10, 10),
        mine,
    ]
    assert count_ahead(mine, line, [desk(1, 1, 2), desk(2, 3)]) == 2


def test_count_alike_waiting_leaves_out_whom_no_such_counter_can_take() -> None:
    upstairs = desk(1, 1, accessible=False)
    line = [ticket(1, 1), ticket(2, 2, step_free=True), ticket(3, 3, offers=(2,))]
    assert count_alike_waiting(frozenset({1}), line, [upstairs, desk(2, 2)]) == 1
    assert count_alike_waiting(frozenset({1}), line, [desk(1, 1), desk(2, 2)]) == 2


def test_may_undo_for_ten_seconds() -> None:
    assert may_undo(stepped_at=at(0), now=at(0) + timedelta(seconds=10))
    assert not may_undo(stepped_at=at(0), now=at(0) + timedelta(seconds=10, milliseconds=1))
    assert not may_undo(stepped_at=at(0), now=at(-1))

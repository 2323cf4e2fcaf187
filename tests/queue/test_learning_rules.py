"""What stretches of service and scored forecasts teach, and what is believed of it."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aufruf.queue.forecasting.durations import MIDDLE_HALF, SIGMA, minutes_of, usual_range
from aufruf.queue.forecasting.ranges import FACTORY_QUANTILES, Range, bin_of, spread_of
from aufruf.queue.learning.learned import (
    NOTHING_LEARNED,
    PRIOR_WEIGHT,
    DurationRow,
    Learned,
    RangeRow,
    believed_factor,
    believed_quantiles,
)
from aufruf.queue.learning.rules import (
    HALF_LIFE_DAYS,
    Scored,
    Stretch,
    learn_day,
    learn_ranges,
    quantile,
)
from aufruf.queue.state import Asked
from tests.queue.line import DAY, House, Work

OFFERS = {1: Work(1, 10, 5), 2: Work(2, 20)}
HOUSE = House(tuple(OFFERS.values()), ())


def days(number: int) -> date:
    return DAY + timedelta(days=number)


def test_one_observation_counts_against_the_plan() -> None:
    rows = learn_day({}, [Stretch(22, ((1, 1),))], OFFERS, DAY)
    assert rows == {1: DurationRow(1, 2.2, 1.0, 10, DAY)}
    assert believed_factor(rows[1], 10) == pytest.approx((2.2 + PRIOR_WEIGHT) / (1 + PRIOR_WEIGHT))


def test_who_corrects_the_plan_is_not_corrected_twice() -> None:
    row = DurationRow(1, 1.5, 1000.0, 10, DAY)
    assert believed_factor(row, 15) == pytest.approx(1.0)
    assert learn_day({1: row}, [], {1: Work(1, 15)}, days(1))[1].factor == pytest.approx(1.0)


def test_days_fade_by_half_in_ten_open_days() -> None:
    rows = learn_day({}, [Stretch(20, ((1, 1),))] * 8, OFFERS, DAY)
    for n in range(1, int(HALF_LIFE_DAYS) + 1):
        rows = learn_day(rows, [Stretch(20, ((2, 1),))], OFFERS, days(n))
    assert rows[1].weight == pytest.approx(4.0)
    assert rows[1].factor == pytest.approx(2.0)
    closed = learn_day(rows, [], OFFERS, days(30))
    assert closed[1].weight == rows[1].weight
    assert closed[1].day == days(30)


@pytest.mark.parametrize("minutes", [0.1, 0.0, 81.0])
def test_absurd_lengths_teach_nothing(minutes: float) -> None:
    assert learn_day({}, [Stretch(minutes, ((1, 1),))], OFFERS, DAY) == {}


def test_services_done_together_share_the_time_as_expected() -> None:
    """True factors 2 and 0.5 are found, though most visits do both at once."""
    random = Random(5)
    rows: dict[int, DurationRow] = {}
    for n in range(60):
        stretches = [
            Stretch(10 * 2.0 + 20 * 0.5 + random.uniform(-3, 3), ((1, 1), (2, 1))),
            Stretch((10 + 2 * 5) * 2.0 + random.uniform(-3, 3), ((1, 3),)),
            Stretch(20 * 0.5 + random.uniform(-3, 3), ((2, 1),)),
        ]
        rows = learn_day(rows, stretches, OFFERS, days(n))
    assert rows[1].factor == pytest.approx(2.0, abs=0.15)
    assert rows[2].factor == pytest.approx(0.5, abs=0.1)


scores = st.lists(st.builds(Scored, st.floats(0, 120), st.floats(0, 240)), max_size=30)


@settings(max_examples=50)
@given(scores, scores)
def test_believed_quantiles_are_in_order(own: list[Scored], others: list[Scored]) -> None:
    rows = [*learn_ranges(1, own), *learn_ranges(2, others)]
    believed = believed_quantiles(1, rows)
    assert len(believed) == len(FACTORY_QUANTILES)
    assert all(low <= mid <= high for low, mid, high in believed)


def test_quantiles_are_shrunk_to_other_offices_and_to_the_factory() -> None:
    own, other = RangeRow(1, 4, -9.0, 0.0, 9.0, 40), RangeRow(2, 4, 0.0, 1.0, 2.0, 120)
    low, mid, high = FACTORY_QUANTILES[4]
    pooled = tuple(0.75 * a + 0.25 * b for a, b in ((0.0, low), (1.0, mid), (2.0, high)))
    assert believed_quantiles(3, [own, other])[3] == FACTORY_QUANTILES[3]
    assert believed_quantiles(2, [other])[4][1] == pytest.approx(pooled[1])
    half = believed_quantiles(1, [own, other])[4]
    assert half == pytest.approx(
        tuple((a + b) / 2 for a, b in zip((-9, 0, 9), pooled, strict=True))
    )


def test_learned_ranges_hold_eight_of_ten() -> None:
    random = Random(7)
    found = [Scored(15.0, max(0.0, 15 + random.gauss(2, 6))) for _ in range(2000)]
    low, mid, high = believed_quantiles(1, learn_ranges(1, found))[bin_of(15.0)]
    held = sum(low <= (one.called_after - 15) / spread_of(15) <= high for one in found)
    assert 0.79 < held / len(found) < 0.81
    assert mid * spread_of(15) == pytest.approx(2, abs=0.5)


def test_quantile_lies_between_its_neighbours() -> None:
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([0.0, 10.0], 0.9) == 9.0
    assert quantile([4.0], 0.1) == 4.0


def test_minutes_of_counts_only_what_is_still_to_do() -> None:
    services = (Asked(1, 3), Asked(2, 1, 1, step_id=7))
    assert minutes_of(HOUSE, services) == 20
    assert minutes_of(HOUSE, services, Learned({1: 1.5})) == 30
    assert minutes_of(HOUSE, [Asked(99, 1)]) == 0


def test_usual_range_is_the_middle_half() -> None:
    random = Random(3)
    learned = Learned({2: 0.7})
    drawn = sorted(14 * random.lognormvariate(-SIGMA * SIGMA / 2, SIGMA) for _ in range(4001))
    usual = usual_range(learned, HOUSE, [Asked(2, 1)])
    assert usual == Range(round(drawn[1000]), round(drawn[3000]))
    assert pytest.approx(0.6745, abs=1e-3) == MIDDLE_HALF
    assert usual_range(NOTHING_LEARNED, HOUSE, [Asked(99, 1)]) is None


def test_usual_range_of_several_is_narrower_than_of_one_as_long() -> None:
    house = House((Work(1, 10), Work(2, 10), Work(3, 20)), ())
    two = usual_range(NOTHING_LEARNED, house, [Asked(1, 1), Asked(2, 1)])
    one = usual_range(NOTHING_LEARNED, house, [Asked(3, 1)])
    assert two is not None
    assert one is not None
    assert two.high_minutes is not None
    assert one.high_minutes is not None
    assert two.high_minutes - two.low_minutes < one.high_minutes - one.low_minutes

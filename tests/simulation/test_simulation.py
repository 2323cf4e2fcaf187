"""A few days of the simulated office, that the house's forecast and order of calling must survive.

The long run, with its figures, is `make bench`.
"""

from dataclasses import replace
from pathlib import Path
from statistics import fmean
from xml.etree import ElementTree as ET

import pytest

from aufruf.queue.forecasting.ranges import NEXT_BELOW_MINUTES
from tests.queue.line import at, desk, ticket
from tests.simulation.day import SimulatedDay
from tests.simulation.figures import coverages, errors
from tests.simulation.house import CASES, TRUE_FACTORS, Case
from tests.simulation.page import write_report
from tests.simulation.plan import plan_day
from tests.simulation.promises import Promises
from tests.simulation.run import Result, run_case

BUSY = Case(4, 0.95)
DAYS = 8


@pytest.fixture(scope="module")
def busy() -> Result:
    return run_case(BUSY, DAYS)


def test_forecast_beats_the_plain_formulas(busy: Result) -> None:
    error = errors(busy)
    assert error["ours"] < 0.8 * error["naive"]
    assert error["ours"] < 0.6 * error["zms"]
    assert error["ours"] < 1.1 * error["oracle"]


def test_range_holds_about_eight_of_ten(busy: Result) -> None:
    assert 0.74 < coverages(busy).ranged < 0.92
    short = [wait for wait in busy.waits if wait.replayed < NEXT_BELOW_MINUTES]
    assert fmean(wait.actual for wait in short) < NEXT_BELOW_MINUTES


def test_order_keeps_its_promises(busy: Result) -> None:
    assert busy.calls > 100 * DAYS
    assert busy.broken == []
    assert busy.left == 0
    assert max(busy.overtaken) > 0


def test_durations_come_near_the_truth(busy: Result) -> None:
    often = (1, 2, 3)
    assert all(busy.factors[n] == pytest.approx(TRUE_FACTORS[n], rel=0.2) for n in often)


def test_strict_appointments_wait_less_and_walk_ins_more(busy: Result) -> None:
    strict = run_case(Case(4, 0.95, 1440), DAYS, foretelling=False)
    assert strict.broken == []
    assert fmean(strict.appointments) < fmean(busy.appointments)
    assert fmean(strict.walk_ins) > fmean(busy.walk_ins)


def test_promises_notice_what_breaks_them() -> None:
    first, second = ticket(1, 0), ticket(2, 5)
    late = ticket(3, 20, start=90)
    counter = desk(1, 1)
    watch = Promises(BUSY.house)
    day = SimulatedDay(BUSY, plan_day(BUSY, 0))
    for one in (first, second, late):
        watch.issued(day.state, BUSY.house, one, 0)
    watch.called(second, counter, [first, second], 30)
    assert watch.broken == ["P1: A002 before A001"]
    watch.called(late, desk(1, 2), [], 30)
    assert watch.broken[1:] == ["P1: A003 cannot be called here"]


def test_promises_notice_who_overtakes_out_of_time() -> None:
    walk_in, came_later = ticket(1, 10), ticket(3, 20, start=90)
    watch = Promises(BUSY.house)
    day = SimulatedDay(BUSY, plan_day(BUSY, 0))
    for one in (walk_in, came_later):
        watch.issued(day.state, BUSY.house, one, 0)
    # Ranked as if the head start were longer than the office's.
    ranked = replace(came_later, rank=at(0))
    watch.called(ranked, desk(1, 1), [walk_in, ranked], 30)
    assert watch.broken == ["P2: A003 before A001"]


def test_a_day_is_the_same_each_time() -> None:
    assert plan_day(BUSY, 3) == plan_day(BUSY, 3)
    assert plan_day(BUSY, 3) != plan_day(BUSY, 4)


def test_report_and_its_pictures_are_written(busy: Result, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    page = tmp_path / "forecast.md"
    write_report(page, [busy], {30: busy, 60: busy}, DAYS)
    assert BUSY in CASES
    assert f"| {BUSY.name} |" in page.read_text(encoding="utf-8")
    pictures = list((tmp_path / "pictures").glob("*.svg"))
    assert len(pictures) == 4
    for picture in pictures:
        ET.parse(picture)
        assert f"pictures/{picture.name}" in page.read_text(encoding="utf-8")

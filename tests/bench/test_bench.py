"""The bench runs, and what it counts is right. Nothing is timed here."""

from pathlib import Path

import pytest

from tests.bench.__main__ import MEASURES
from tests.bench.launching import forked
from tests.bench.report import section
from tests.bench.scale import QUICK, Bench
from tests.bench.servers import launching


@pytest.mark.parametrize("name", MEASURES)
def test_measure_counts_right(name: str, tmp_path: Path) -> None:
    with launching(forked):
        found = MEASURES[name](Bench(QUICK, tmp_path))
    assert found.wrong == []
    assert found.counts
    assert all(row.what in section(found) for row in found.rows)

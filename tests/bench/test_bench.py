"""The bench runs, and what it counts is right. Nothing is timed here."""

from pathlib import Path

import pytest

from tests.bench.__main__ import MEASURES
from tests.bench.report import section
from tests.bench.scale import QUICK, Bench


@pytest.mark.parametrize("name", MEASURES)
def test_measure_counts_right(name: str, tmp_path: Path) -> None:
    found = MEASURES[name](Bench(QUICK, tmp_path))
    assert found.wrong == []
    assert found.counts
    assert all(row.what in section(found) for row in found.rows)

"""`python -m tests.bench`: measures, tells, writes docs/measurements.md and docs/forecast.md.

`--quick` does a little of everything in less than a minute and writes nothing; names of measures
choose some of them. Ends with status 1 when something was counted wrong; a missed goal is only
told.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.counters import measure_next
from tests.bench.figure import Findings
from tests.bench.forecasting import measure_forecast
from tests.bench.free_days import measure_free_days
from tests.bench.hostile import measure_hostile
from tests.bench.killing import measure_kills
from tests.bench.launching import afresh, forked
from tests.bench.memory import measure_memory
from tests.bench.painting import measure_painting
from tests.bench.pictures import measure_pictures
from tests.bench.rates import measure_bookings, measure_draws
from tests.bench.readers import measure_readers
from tests.bench.report import tell, write_page
from tests.bench.rush import measure_rush
from tests.bench.scale import FULL, QUICK, Bench
from tests.bench.screens import measure_screens
from tests.bench.servers import launching
from tests.bench.simulated import measure_simulated
from tests.bench.starting import measure_start

MEASURES: Mapping[str, Callable[[Bench], Findings]] = {
    "rush": measure_rush,
    "draws": measure_draws,
    "bookings": measure_bookings,
    "next": measure_next,
    "picture": measure_pictures,
    "screens": measure_screens,
    "painting": measure_painting,
    "hostile": measure_hostile,
    "town": measure_readers,
    "memory": measure_memory,
    "start": measure_start,
    "days": measure_free_days,
    "forecast": measure_forecast,
    "simulated": measure_simulated,
    "kills": measure_kills,
}
PAGE = Path(__file__).resolve().parents[2] / "docs" / "measurements.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a little of everything")
    parser.add_argument("measures", nargs="*", help=f"some of: {', '.join(MEASURES)}")
    asked = parser.parse_args()
    scale = QUICK if asked.quick or os.environ.get("QUICK") == "1" else FULL
    names: list[str] = asked.measures or list(MEASURES)
    load = os.getloadavg()[0]
    findings: list[Findings] = []
    how = afresh if scale is FULL else forked
    with launching(how), TemporaryDirectory(prefix="aufruf-bench-") as folder:
        for name in names:
            found = MEASURES[name](Bench(scale, Path(folder) / name))
            print(*tell(found), sep="\n", flush=True)
            findings.append(found)
    if scale is FULL and not asked.measures:
        write_page(PAGE, findings, scale.runs, load)
    sys.exit(1 if any(found.wrong for found in findings) else 0)


if __name__ == "__main__":
    main()

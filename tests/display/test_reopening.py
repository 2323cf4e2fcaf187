"""When the dark screen of an empty house says that the office opens again."""

from datetime import datetime

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import ZONE
from aufruf.display.reopening import Reopenings, opens_next
from tests.factories import make_house


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_office_opens_next_by_its_hours(sqlite_database: Database, clock: FixedClock) -> None:
    """Monday to Friday 8:00 to 18:00; closed early, not today any more."""
    office = make_house(sqlite_database, clock).office
    assert opens_next(office, at("2026-11-25 06:00")) == at("2026-11-25 08:00")
    assert opens_next(office, at("2026-11-25 09:00")) == at("2026-11-26 08:00")
    assert opens_next(office, at("2026-11-25 06:00"), today=False) == at("2026-11-26 08:00")
    assert opens_next(office, at("2026-11-27 19:00")) == at("2026-11-30 08:00")
    kept = Reopenings()
    for now, opens in (
        ("25 19:00", "26 08:00"),
        ("26 07:59", "26 08:00"),
        ("26 08:00", "27 08:00"),
    ):
        found = kept.of(office, at(f"2026-11-{now}"), today=True)
        assert found == at(f"2026-11-{opens}")

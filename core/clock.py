"""The only source of now. Commands get it as `tx.now`; nothing else may ask the system."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time that holds, ranks and jobs follow, as aware UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """Stands still until moved; for tests and simulations."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        """Go forward (or back, for the nights the clocks change)."""
        self.at += by

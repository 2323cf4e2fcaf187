"""The only source of now. Commands get it as `tx.now`; nothing else may ask the system."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time that holds, ranks and jobs follow, as aware UTC."""

    def now(self) -> datetime: ...


@dataclass
class SystemClock:
    """Real time plus an offset; the offset is zero outside the demo."""

    offset: timedelta = field(default=timedelta())

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


@dataclass
class FixedClock:
    """Stands still until moved; for tests and simulations."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        """Go forward (or back, for the nights the clocks change)."""
        self.at += by

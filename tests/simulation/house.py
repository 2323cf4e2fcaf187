"""The simulated office: its services, counters and clerks, and how much comes to it.

All of it is made up, with fixed seeds. What is configured differs from what is true, as in life.
"""

from dataclasses import dataclass

from tests.queue.line import Desk, House, Work, desk

OPEN_MINUTES = 480
LAST_DRAW_MINUTE = 465
LUNCH_MINUTES = 30
# An unplanned break comes about every two and a half hours at each counter.
MINUTES_BETWEEN_BREAKS, BREAK_MINUTES = 150.0, 7.0
WAY, PRESS = 1.0, 0.3


@dataclass(frozen=True)
class Service:
    """What is configured (as in the master data) and how often; `true_factor` nobody knows."""

    work: Work
    share: float
    true_factor: float


SERVICES = (
    Service(Work(1, 5), 0.22, 1.25),
    Service(Work(2, 12, 8), 0.25, 0.85),
    Service(Work(3, 15, 5), 0.20, 1.15),
    Service(Work(4, 15, 10), 0.12, 0.90),
    Service(Work(5, 8), 0.08, 1.40),
    Service(Work(6, 20), 0.08, 0.80),
    Service(Work(7, 30), 0.05, 1.10),
)
TRUE_FACTORS = {one.work.id: one.true_factor for one in SERVICES}
CASH_DESK = 1
EVERYTHING = tuple(one.work.id for one in SERVICES)
# What each counter can do, in the order in which an office grows: driving licences and businesses
# are for those who know them, the third is for what is quick.
SKILLS = (
    (1, 2, 3, 4, 5),
    (2, 3, 6, 7),
    (1, 2, 5),
    (2, 3, 4),
    (1, 2, 3),
    (3, 4, 6, 7),
)
NOT_ACCESSIBLE = 3
# Clerks differ by a seventh either way; nothing learns it.
PACES = (1.0, 0.88, 1.14, 0.95, 1.08, 0.97)


@dataclass(frozen=True)
class Case:
    """An office of so many counters that is so busy; every figure of a case is from its seed."""

    counters: int
    load: float
    head_start_minutes: int = 30
    appointments: float = 0.4
    pooled: bool = False

    @property
    def name(self) -> str:
        alike = ", all alike" if self.pooled else ""
        return f"{self.counters} counters, {self.load:.0%}{alike}"

    @property
    def house(self) -> House:
        return House(
            offers=tuple(one.work for one in SERVICES),
            counters=self.desks,
            head_start_minutes=self.head_start_minutes,
        )

    @property
    def desks(self) -> tuple[Desk, ...]:
        return tuple(
            desk(
                nth,
                *(EVERYTHING if self.pooled else SKILLS[(nth - 1) % len(SKILLS)]),
                accessible=nth != NOT_ACCESSIBLE,
            )
            for nth in range(1, self.counters + 1)
        )


CASES = (
    Case(4, 0.60),
    Case(4, 0.80),
    Case(4, 0.95),
    Case(4, 1.05),
    Case(2, 0.95),
    Case(6, 0.80),
)
# The same with counters that all do everything.
POOLED = (Case(4, 0.80, pooled=True), Case(4, 0.95, pooled=True))
HEAD_STARTS = (0, 15, 30, 45, 60, 1440)

"""Many days of one office in a row: it learns each night what the real job would learn."""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from aufruf.queue.learning.commands import RANGE_DAYS
from aufruf.queue.learning.learned import DurationRow, Learned, believed_factor, believed_quantiles
from aufruf.queue.learning.rules import Scored, Stretch, learn_day, learn_ranges
from tests.queue.line import DAY
from tests.simulation.day import SimulatedDay
from tests.simulation.house import SERVICES, Case
from tests.simulation.plan import plan_day
from tests.simulation.promises import Promises
from tests.simulation.score import Forecasts, Wait, Waiting

OFFERS = {one.work.id: one.work for one in SERVICES}


@dataclass(frozen=True)
class Result:
    """A case after all its days, times in minutes; `left` still waited at the end of one."""

    case: Case
    days: int
    waits: list[Wait]
    walk_ins: list[float]
    appointments: list[float]
    overtaken: list[int]
    calls: int
    broken: list[str]
    left: int
    factors: dict[int, float]


class Memory:
    """What the office has learned so far."""

    def __init__(self) -> None:
        self.durations: dict[int, DurationRow] = {}
        self._scored: deque[list[Scored]] = deque(maxlen=RANGE_DAYS)

    @property
    def learned(self) -> Learned:
        factors = {n: believed_factor(row, row.minutes) for n, row in self.durations.items()}
        ranges = learn_ranges(1, chain.from_iterable(self._scored))
        return Learned(factors, believed_quantiles(1, ranges))

    def learn(self, day: int, stretches: list[Stretch], scored: list[Scored]) -> None:
        self.durations = learn_day(self.durations, stretches, OFFERS, DAY + timedelta(days=day))
        self._scored.append(scored)


def run_case(case: Case, days: int, *, foretelling: bool = True) -> Result:
    """Live through the days; without foretelling only the order of calling is watched."""
    memory, forecasts, waiting = Memory(), Forecasts(), Waiting()
    promises = Promises(case.house)
    watching = [waiting, promises, *([forecasts] if foretelling else ())]
    left = 0
    for day in range(days):
        forecasts.begin(day)
        waiting.begin()
        promises.begin()
        learned = memory.learned if foretelling else Learned()
        simulated = SimulatedDay(case, plan_day(case, day), watching, learned)
        simulated.run()
        left += len(simulated.tickets)
        memory.learn(day, simulated.stretches, forecasts.of_today())
    return Result(
        case=case,
        days=days,
        waits=forecasts.waits,
        walk_ins=waiting.walk_ins,
        appointments=waiting.appointments,
        overtaken=promises.overtaken,
        calls=promises.calls,
        broken=promises.broken,
        left=left,
        factors=dict(memory.learned.factors),
    )

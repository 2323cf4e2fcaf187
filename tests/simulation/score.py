"""What people were told and what became of it; observers of simulated days.

Scored when somebody is called for the first time. Who left is not scored, nor who asked for later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aufruf.queue.forecasting.forecast import forecast_one, range_of
from aufruf.queue.forecasting.ranges import Range, middle
from aufruf.queue.learning.rules import Scored
from aufruf.queue.state import OfficeState, TicketNow
from tests.queue.line import Desk, House
from tests.simulation.methods import naive, oracle, untaught, zms


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told at `minute` of the day: forecasts by method, and the range shown."""

    walk_in: bool
    minute: float
    forecasts: dict[str, float]
    shown: Range
    ahead: int


class Wait(NamedTuple):
    """A forecast, its day, and after how many minutes the call came."""

    day: int
    told: Told
    actual: float

    @property
    def replayed(self) -> float:
        """The replay's minutes, of which the range was made."""
        return self.told.forecasts["replay"]

    @property
    def is_held(self) -> bool:
        low, high = self.told.shown.low_minutes, self.told.shown.high_minutes
        return low <= self.actual and (high is None or self.actual <= high)

    @property
    def is_longer(self) -> bool:
        high = self.told.shown.high_minutes
        return high is not None and self.actual > high


class Forecasts:
    """Foretells everybody's wait by each method, and keeps what came of it."""

    def __init__(self) -> None:
        self.waits: list[Wait] = []
        self._day, self._last = 0, 0.0
        self._told: dict[int, Told] = {}

    def begin(self, day: int) -> None:
        self._day, self._last = day, 0.0
        self._told.clear()

    def issued(self, state: OfficeState, house: House, ticket: TicketNow, minute: float) -> None:
        found = forecast_one(state, house, state.now, ticket.id)
        shown = range_of(found, state.learned)
        if found is None or shown is None:
            return
        forecasts = {
            "replay": found.minutes,
            "ours": middle(found.minutes, state.learned.quantiles),
            "oracle": oracle(state, house, ticket),
            "naive": naive(state, ticket),
            "untaught": untaught(state, house, ticket),
            "zms": zms(state, ticket),
            "last": self._last,
        }
        walk_in = ticket.appointment_id is None
        self._told[ticket.id] = Told(walk_in, minute, forecasts, shown, found.ahead)

    def called(
        self, ticket: TicketNow, desk: Desk, waiting: Sequence[TicketNow], minute: float
    ) -> None:
        del desk, waiting
        told = self._told.pop(ticket.id, None)
        if told is None:
            return
        if told.walk_in:
            self._last = minute - told.minute
        if not ticket.delays:
            self.waits.append(Wait(self._day, told, minute - told.minute))

    def of_today(self) -> list[Scored]:
        """What the nightly job would read of the day."""
        return [
            Scored(one.replayed, one.actual)
            for one in self.waits
            if one.day == self._day and one.told.shown.high_minutes is not None
        ]


class Waiting:
    """How long people of each class wait: walk-ins from the draw, appointments from their start,
    or from check-in when that was later."""

    def __init__(self) -> None:
        self.walk_ins: list[float] = []
        self.appointments: list[float] = []
        self._since: dict[int, float] = {}

    def begin(self) -> None:
        self._since.clear()

    def issued(self, state: OfficeState, house: House, ticket: TicketNow, minute: float) -> None:
        del house
        start = ticket.appointment_start
        early = 0.0 if start is None else (start - state.now).total_seconds() / 60
        self._since[ticket.id] = minute + max(0.0, early)

    def called(
        self, ticket: TicketNow, desk: Desk, waiting: Sequence[TicketNow], minute: float
    ) -> None:
        del desk, waiting
        since = self._since.pop(ticket.id, None)
        if since is not None:
            of_class = self.walk_ins if ticket.appointment_id is None else self.appointments
            of_class.append(max(0.0, minute - since))

"""The counters somebody may choose from, and how each of them stands. Pure; names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ...core.formats import local_day
from ...office.directory import CounterInfo, MunicipalityInfo, OfficeInfo
from ..state import CounterNow, closed
from .store import Sitting, Usual

# `left`: closed with somebody still in service; `driven`: open without anybody signed in there.
Kind = Literal["mine", "taken", "left", "driven", "free"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A counter as somebody sees it who looks for one; `number` is in service or called there."""

    counter: CounterInfo
    kind: Kind
    since: datetime
    number: str | None


@dataclass(frozen=True, slots=True)
class OfficeChoices:
    """An office somebody works for, with its counters."""

    town: MunicipalityInfo
    office: OfficeInfo
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What was read of some offices at an instant: by counter, states, sittings and numbers."""

    now: datetime
    states: Mapping[int, CounterNow]
    sittings: Mapping[int, Sitting]
    numbers: Mapping[int, tuple[str, str]]

    def choice(self, counter: CounterInfo, staff_id: int) -> Choice:
        """How this counter stands for this person."""
        state = self.states.get(counter.id) or closed(counter.id, self.now)
        number, status = self.numbers.get(counter.id, (None, ""))
        sitting = self.sittings.get(counter.id)
        if sitting is not None and local_day(sitting.since) == local_day(self.now):
            kind: Kind = "mine" if sitting.staff_id == staff_id else "taken"
            return Choice(counter, kind, sitting.since, number)
        if state.state != "closed":
            return Choice(counter, "driven", state.since, number)
        return Choice(counter, "left" if status == "serving" else "free", state.since, number)


def usual_of(
    usual: Usual | None, offices: tuple[OfficeChoices, ...]
) -> tuple[OfficeChoices, Choice] | None:
    """The counter somebody took last, if they may still work there and nobody else does."""
    for here in offices:
        for one in here.choices:
            if usual is not None and one.counter.id == usual.counter_id and one.kind != "taken":
                return here, one
    return None


def mine_among(offices: tuple[OfficeChoices, ...]) -> tuple[Choice, ...]:
    """Where the person sits already."""
    return tuple(one for here in offices for one in here.choices if one.kind == "mine")

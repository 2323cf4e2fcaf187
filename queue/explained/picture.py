"""The example as a picture: where its dots, circles and lines stand. Drawn in the template."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

from .example import Example, Person

WIDTH = 480
ROW = 40
TOP = 20
_FIRST, _LAST = 84.0, 456.0
_NUMBER = 36.0
_QUARTER = 900
_MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One number: its dot, and its appointment's circle with a line between the two."""

    person: Person
    y: float
    number: float
    dot: float
    circle: float | None


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Picture:
    height: float
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    width: int = WIDTH


def picture_of(example: Example, *, mirrored: bool) -> Picture:
    """Time runs as one reads: to the right, mirrored to the left."""
    shown = [_shown(example, person) for person in example.people]
    times = [one for one in shown if one is not None]
    times += [person.start for person in example.people if person.start is not None]
    first = min(times) - timedelta(minutes=5)
    seconds = (max(times) + timedelta(minutes=5) - first).total_seconds()

    def place(moment: datetime | None) -> float:
        share = 0.0 if moment is None else (moment - first).total_seconds() / seconds
        return turn(_FIRST + share * (_LAST - _FIRST))

    def turn(x: float) -> float:
        return round(WIDTH - x if mirrored else x, 1)

    rows = tuple(
        Row(
            person,
            TOP + ROW * index,
            turn(_NUMBER),
            place(at),
            None if person.start is None else place(person.start),
        )
        for index, (person, at) in enumerate(zip(example.people, shown, strict=True))
    )
    ticks = tuple(Tick(place(at), at) for at in _ticks(first, first + timedelta(seconds=seconds)))
    return Picture(TOP + ROW * len(rows) + 20, rows, ticks)


def _shown(example: Example, person: Person) -> datetime | None:
    """Where the dot stands; None for the edge: before all the times shown."""
    return None if example.strict and person.kind == "appointment" else person.rank


def _ticks(first: datetime, last: datetime) -> list[datetime]:
    """Full quarters of an hour, fewer when there are many."""
    begin, end = ceil(first.timestamp() / _QUARTER), floor(last.timestamp() / _QUARTER)
    every = ceil((end - begin + 1) / _MOST_TICKS)
    return [
        datetime.fromtimestamp(quarter * _QUARTER, first.tzinfo)
        for quarter in range(begin, end + 1)
        if quarter % every == 0
    ]

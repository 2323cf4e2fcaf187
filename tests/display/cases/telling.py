"""A day in the house, written down as cases: the board, what happened, the board after.

What happens is told in `stories.py`; here stand the form of a case and how it is taken.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from pydantic import BaseModel, ConfigDict

from aufruf.core.events import Logged, read_event
from aufruf.core.formats import local_day
from aufruf.core.tx import Tx
from aufruf.display.board import Board
from tests.display.law import read, slugs_of
from tests.display.walk import Day
from tests.queue.room import Room

FOLDER = Path(__file__).parent
P = ParamSpec("P")
T = TypeVar("T")


class Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Happened(Closed):
    """An event as it stands in the log of one office."""

    office_id: int
    seq: int
    at: datetime
    type: str
    data: dict[str, Any]

    @property
    def logged(self) -> Logged:
        event = read_event(self.type, json.dumps(self.data))
        return Logged(self.office_id, self.seq, self.at, event)


class Case(Closed):
    """One command; its events are in the order of each office, offices by id."""

    name: str
    board: Board
    events: tuple[Happened, ...]
    after: Board


class Chapter(Closed):
    """Cases of one subject. `offices` are slugs by id."""

    offices: dict[int, str]
    cases: tuple[Case, ...]

    @property
    def text(self) -> str:
        """As it is kept in a file: the same for the same cases, a case a line."""
        head = json.dumps({str(office): slug for office, slug in self.offices.items()})
        lines = ",\n".join(written(one) for one in self.cases)
        return f'{{"offices": {head}, "cases": [\n{lines}\n]}}\n'


def written(case: Case) -> str:
    return json.dumps(case.model_dump(), default=plain, ensure_ascii=False)


def plain(value: object) -> object:
    """Of what JSON does not have: sets as sorted lists, times as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    assert isinstance(value, frozenset)
    found: list[int | str] = sorted(value)
    return found


@dataclass
class Story(Day):
    """A day that is told; the law is watched on the tables while it is written down."""

    title: str = ""
    cases: list[Case] = field(default_factory=list[Case])

    def check(self) -> None:
        """What happened since the last look becomes a case."""
        before = self.board
        events = tuple(
            happened(one) for office in sorted(self.seq) for one in self.read_new(office)
        )
        super().check()
        assert events, f"{self.title}: nothing happened"
        self.cases.append(Case(name=self.title, board=before, events=events, after=self.board))

    def tell(
        self,
        title: str,
        command: Callable[Concatenate[Tx, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a command; what it does is a case of this name."""
        self.title = title
        self.room.wait(seconds=5)
        done = self.room.run(command, *args, **kwargs)
        self.check()
        return done

    def wait(self, *, minutes: float) -> None:
        self.room.wait(minutes=minutes)

    def silently(
        self, command: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a command that only leads to the next case."""
        done = self.tell("", command, *args, **kwargs)
        self.cases.pop()
        return done


def happened(logged: Logged) -> Happened:
    data: dict[str, Any] = json.loads(logged.event.model_dump_json())
    kind = type(logged.event).__name__
    return Happened(office_id=logged.office_id, seq=logged.seq, at=logged.at, type=kind, data=data)


def begin_story(room: Room) -> Story:
    """From the morning on."""
    today = local_day(room.clock.now())
    start = read(room, today)
    return Story(room, today, start.board, dict(start.seq))


def write_down(room: Room, story: Callable[[Story], None]) -> Chapter:
    """The cases of one story in a room of its own."""
    told = begin_story(room)
    story(told)
    names = [one.name for one in told.cases]
    assert len(set(names)) == len(names), "two cases have the same name"
    return Chapter(offices=dict(slugs_of(room)), cases=tuple(told.cases))


def read_chapters() -> Mapping[str, Chapter]:
    """All that is kept, by the name of the file."""
    files = sorted(FOLDER.glob("*.json"))
    texts = {file.stem: file.read_text(encoding="utf-8") for file in files}
    return {name: Chapter.model_validate_json(text) for name, text in texts.items()}

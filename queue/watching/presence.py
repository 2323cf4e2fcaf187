"""Which screens are there, connected to this process or another, and what each says of itself.

Processes tell one another by signals, which may be lost: whoever falls silent is forgotten.
"""

import asyncio
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...core.clock import Clock
from ...core.signals import Signals, Word

HERE, GONE, ASK = "screens.here", "screens.gone", "screens.ask"

REPEAT_SECONDS = 10.0
FORGOTTEN_SECONDS = 30.0
# A screen's line is some 300 bytes long, a signal at most 7,000.
PIECE = 20


class Said(BaseModel):
    """Of another version, perhaps: what is not known is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


T = TypeVar("T", bound=Said)


class Hello(Said):
    """What a screen says of itself.

    `version` of its page, size in its pixels, whether it can be heard, who speaks, whether it keeps
    its page for a start without a line; `late`: ms that its own clock is behind the server's.
    """

    version: str = Field(max_length=40)
    width: int = Field(ge=0, le=20_000)
    height: int = Field(ge=0, le=20_000)
    sound: bool
    voice: Literal["system", "recorded", "made", "none"]
    keeps: bool
    late: int = Field(ge=-(2**53), le=2**53)


class _Line(Said):
    screen: str
    since: datetime
    hello: Hello | None


class _Here(Said):
    by: str
    screens: tuple[_Line, ...]


class _Gone(Said):
    by: str
    screen: str


@dataclass(frozen=True, slots=True)
class ScreenState:
    """`since` it is connected, or was seen last; None when not since this server began."""

    connected: bool = False
    since: datetime | None = None
    hello: Hello | None = None


@dataclass
class _Connected:
    """A screen at one process; the same screen may be there twice, as it reloads."""

    since: datetime
    hello: Hello | None = None
    lines: int = 0
    heard: float = 0.0


class Presence:
    """The screens by slug. `on_change` is called when something about one of them changed."""

    def __init__(
        self,
        signals: Signals,
        clock: Clock,
        on_change: Callable[[], None],
        elapsed: Callable[[], float] = monotonic,
    ) -> None:
        self.signals = signals
        self.clock = clock
        self.on_change = on_change
        self.elapsed = elapsed
        self.began = clock.now()
        self._here: dict[str, _Connected] = {}
        self._elsewhere: dict[str, dict[str, _Connected]] = {}
        self._last: dict[str, ScreenState] = {}
        signals.listen(HERE, self._hear_here)
        signals.listen(GONE, self._hear_gone)
        signals.listen(ASK, self._hear_ask)

    @contextmanager
    def connection(self, slug: str) -> Generator[None]:
        """A screen is connected to this process while this lasts."""
        mine = self._here.setdefault(slug, _Connected(self.clock.now()))
        mine.lines += 1
        self._say_here((slug,))
        self.on_change()
        try:
            yield
        finally:
            mine.lines -= 1
            if mine.lines == 0:
                self._leave(self._here, slug)
                self.signals.say(GONE, {"by": self.signals.me, "screen": slug})

    def hello(self, slug: str, hello: Hello) -> None:
        """A screen connected here says what it is like."""
        mine = self._here.get(slug)
        if mine is not None and mine.hello != hello:
            mine.hello = hello
            self._say_here((slug,))
            self.on_change()

    def state(self, slug: str) -> ScreenState:
        """What is known of a screen now, over all processes."""
        places = (self._here, *self._elsewhere.values())
        found = [place[slug] for place in places if slug in place]
        if not found:
            return self._last.get(slug, ScreenState())
        latest = max(found, key=lambda one: one.since)
        known = next((one.hello for one in (latest, *found) if one.hello), None)
        return ScreenState(True, min(one.since for one in found), known)

    async def keep_telling(self) -> None:
        """Run until cancelled: tell the others again and again, and forget who is silent."""
        self.signals.say(ASK, {"by": self.signals.me})
        while True:
            await asyncio.sleep(REPEAT_SECONDS)
            self._say_here(tuple(self._here))
            self.forget()
            self.on_change()  # some of what is told depends on how long it has been so

    def forget(self) -> None:
        """Drop the screens of processes that have been silent for long."""
        last = self.elapsed() - FORGOTTEN_SECONDS
        for place in self._elsewhere.values():
            for slug in [slug for slug, one in place.items() if one.heard < last]:
                self._leave(place, slug)
        self._elsewhere = {by: place for by, place in self._elsewhere.items() if place}

    def _leave(self, place: dict[str, _Connected], slug: str) -> None:
        left = place.pop(slug, None)
        if left is not None:
            self._last[slug] = ScreenState(False, self.clock.now(), left.hello)
            self.on_change()

    def _say_here(self, slugs: Sequence[str]) -> None:
        lines = [(slug, self._here[slug]) for slug in slugs]
        said = [_Line(screen=slug, since=one.since, hello=one.hello) for slug, one in lines]
        for start in range(0, len(said), PIECE):
            word = _Here(by=self.signals.me, screens=tuple(said[start : start + PIECE]))
            self.signals.say(HERE, word.model_dump(mode="json"))

    def _hear_here(self, word: Word) -> None:
        heard = understood(_Here, word)
        if heard is None or heard.by == self.signals.me:
            return
        place, changed = self._elsewhere.setdefault(heard.by, {}), False
        for line in heard.screens:
            before = place.get(line.screen)
            changed |= before is None or before.hello != line.hello
            place[line.screen] = _Connected(line.since, line.hello, heard=self.elapsed())
        if changed:
            self.on_change()

    def _hear_gone(self, word: Word) -> None:
        heard = understood(_Gone, word)
        if heard is not None and heard.by != self.signals.me:
            self._leave(self._elsewhere.get(heard.by, {}), heard.screen)

    def _hear_ask(self, word: Word) -> None:
        if word.get("by") != self.signals.me:
            self._say_here(tuple(self._here))


def understood(kind: type[T], word: Word) -> T | None:
    """A word as its shape says; None when a process of another version means something else."""
    try:
        return kind.model_validate(word)
    except ValidationError:
        return None

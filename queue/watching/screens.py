"""What the screens made of each call, over all processes, and which of them need somebody.

In memory: it matters while somebody looks on. Which screens are there stands in `presence.py`.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Literal

from ...core.clock import Clock
from ...core.formats import local
from ...core.signals import Signals, Word
from ...office.directory import CounterInfo, DeviceInfo, Directory
from .presence import Hello, Presence, Said, ScreenState, understood

__all__ = ["Hello", "ScreenState", "Screens", "Seen", "Trouble"]

SEEN = "screens.seen"
Acknowledged = Literal["shown", "announced"]

# Enough for every call of a busy day in all offices that a counter may still look at.
REMEMBERED_CALLS = 500
# A screen that loads anew is gone for moments, and comes back by itself after a restart.
PATIENCE = timedelta(seconds=25)


class _Seen(Said):
    by: str
    screen: str
    call_id: int
    what: Acknowledged
    sound: bool
    spoken: bool = False


@dataclass
class Seen:
    """Slugs of the screens that showed and announced one call.

    `mute` said that nothing is to be heard with it; on `rung` something was, on `spoken` a voice.
    """

    shown: set[str] = field(default_factory=set[str])
    announced: set[str] = field(default_factory=set[str])
    mute: set[str] = field(default_factory=set[str])
    rung: set[str] = field(default_factory=set[str])
    spoken: set[str] = field(default_factory=set[str])

    def note(self, screen: str, what: Acknowledged, *, sound: bool, spoken: bool) -> None:
        """What one screen says of the call."""
        (self.shown if what == "shown" else self.announced).add(screen)
        if not sound:
            self.mute.add(screen)
        elif what == "announced":
            self.rung.add(screen)
        if spoken:
            self.spoken.add(screen)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A screen that needs somebody: not connected, or without the sound it is to have."""

    device: DeviceInfo
    state: Literal["offline", "silent"]


class Screens(Presence):
    """Which screens are there, and what they made of each call."""

    def __init__(
        self,
        signals: Signals,
        clock: Clock,
        on_change: Callable[[], None],
        elapsed: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(signals, clock, on_change, elapsed)
        self.seen: OrderedDict[int, Seen] = OrderedDict()
        self.last_call: OrderedDict[int, int | None] = OrderedDict()
        signals.listen(SEEN, self._hear_seen)

    def called(self, ticket_id: int, call_id: int, *, silent: bool = False) -> None:
        """Remember which call of a ticket is the last one; None is for the screens."""
        self.last_call[ticket_id] = None if silent else call_id
        while len(self.last_call) > REMEMBERED_CALLS:
            self.last_call.popitem(last=False)

    def acknowledge(
        self,
        call_id: int,
        slug: str,
        what: Acknowledged,
        *,
        sound: bool,
        spoken: bool = False,
    ) -> None:
        """A screen has painted or announced a call; all processes hear of it."""
        word = _Seen(
            by=self.signals.me, screen=slug, call_id=call_id, what=what, sound=sound, spoken=spoken
        )
        self.signals.say(SEEN, word.model_dump())

    def of_ticket(self, ticket_id: int) -> Seen | None:
        """What the screens made of the last call of a ticket; None when it was not for them."""
        last = self.last_call.get(ticket_id, 0)
        return None if last is None else self.seen.get(last, Seen())

    def troubles(self, directory: Directory, area_id: int) -> Iterator[Trouble]:
        """The screens of an area that are offline, or silent though they are to be heard."""
        now = self.clock.now()
        for device in screens_of(directory, area_id):
            state = self.state(device.slug)
            if state.connected:
                if _is_silent(device, state, now):
                    yield Trouble(device, "silent")
            elif now - max(state.since or self.began, self.began) > PATIENCE:
                yield Trouble(device, "offline")

    def _hear_seen(self, word: Word) -> None:
        heard = understood(_Seen, word)
        if heard is None:
            return
        seen = self.seen.setdefault(heard.call_id, Seen())
        seen.note(heard.screen, heard.what, sound=heard.sound, spoken=heard.spoken)
        while len(self.seen) > REMEMBERED_CALLS:
            self.seen.popitem(last=False)
        self.on_change()


def screens_of(directory: Directory, area_id: int) -> Iterator[DeviceInfo]:
    """The screens of an area that were set up: paired, or given a token."""
    for device in directory.devices.values():
        if device.kind == "display" and device.area_id == area_id and device.set_up:
            yield device


def expected_screens(directory: Directory, counter: CounterInfo) -> frozenset[str]:
    """Slugs of the screens that calls to a counter are for."""
    office = directory.office(counter.office_id)
    screens = screens_of(directory, office.area_id)
    return frozenset(one.slug for one in screens if one.screen.shows(office.slug, counter.slug))


def _is_silent(device: DeviceInfo, state: ScreenState, now: datetime) -> bool:
    """Whether it cannot be heard now against its settings, and not just since it came."""
    hello, settings = state.hello, device.screen
    wall = local(now)
    meant = settings.volume > 0 and not settings.is_quiet_at(wall.hour * 60 + wall.minute)
    settled = state.since is not None and now - state.since > PATIENCE
    return meant and settled and hello is not None and not hello.sound

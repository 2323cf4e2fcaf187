"""The live board of each waiting area: follows the log, folds it, feeds the screens.

One task per area. A screen never causes a query: its first snapshot comes from memory too.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ..core.background import keep_running
from ..core.events import Logged
from ..core.fanout import Fanout
from ..core.formats import local_day
from ..core.ground import Ground
from ..core.hub import Subscription
from ..core.signals import Word
from ..office.directory import Directory, known_directory, latest_directory
from ..office.events import DirectoryChanged
from ..queue.events import TicketCalled
from ..queue.watching.live import QueueLive
from ..queue.watching.presence import Said, understood
from ..queue.watching.views import wait_of
from .board import Board, Message, fold
from .messages import OfficeEstimate, change_text, estimate_text, order_text, snapshot_text
from .reopening import Reopenings
from .screen_page import screen_digests
from .slides.parting import parted
from .store import AreaSnapshot, read_area

log = logging.getLogger(__name__)

# Ranges move with the clock; a screen hears of them this often at most (design: events).
ESTIMATE_SECONDS = 2.0
# More than can wait to be announced.
KNOWN_CALLS = 100
DO = "screen.do"
"""The topic on which any process has a screen do something."""


class ScreenOrder(Said):
    """A word on the topic DO."""

    screen: str
    do: Literal["reload", "identify"]


@dataclass(frozen=True, slots=True)
class Called:
    """A number that was called to a counter of an office, both as slugs."""

    office: str
    number: str
    place: str


class AreaFeed:
    """The board of one waiting area in memory, and the sockets of its screens."""

    def __init__(
        self, ground: Ground, live: QueueLive, area_id: int, office_slugs: Mapping[int, str]
    ) -> None:
        self.ground = ground
        self.live = live
        self.area_id = area_id
        self.office_slugs = office_slugs
        self.fanout = Fanout()
        self.board = Board(calls=(), waiting={})
        self.seq: dict[int, int] = {}
        self.day: date | None = None
        self.ready = asyncio.Event()
        self.digested: tuple[Directory | None, Mapping[str, str]] = (None, {})
        self.called: OrderedDict[int, Called] = OrderedDict()
        self.reopenings = Reopenings()

    async def follow(self) -> None:
        """Run until cancelled: one snapshot, then event after event."""
        while True:
            offices = frozenset(self.office_slugs)
            async with self.ground.hub.subscribe(offices) as subscription:
                await self.start_afresh()
                await self._follow(subscription, offices)

    async def _follow(self, subscription: Subscription, offices: frozenset[int]) -> None:
        """Apply what comes, until the area has other offices than those subscribed to."""
        while offices == frozenset(self.office_slugs):
            batch = await anext(subscription)
            if subscription.lost or any(_is_directory(logged) for logged in batch):
                await self.start_afresh()
            else:
                self.apply(batch)

    async def start_afresh(self) -> None:
        """Read the board from the tables and send it to every screen."""
        while not await self._read():
            pass  # events overtook the reading
        self.ready.set()
        self.fanout.publish(self.snapshot())

    async def _read(self) -> bool:
        """Take over what the tables say; False when what was folded meanwhile is newer."""
        directory = await latest_directory(self.ground)
        area, day = directory.area(self.area_id), local_day(self.ground.clock.now())
        found: AreaSnapshot = await self.ground.database.read(read_area, directory, area, day)
        if any(seq < self.seq.get(office, 0) for office, seq in found.seq.items()):
            return False
        self.office_slugs = _slugs(directory, self.area_id)
        self.board, self.seq, self.day = found.board, dict(found.seq), day
        for call in reversed(found.board.calls):
            self._remember(call.call_id, Called(call.office, call.number, call.place))
        return True

    def apply(self, batch: tuple[Logged, ...]) -> None:
        """Fold a batch in order; calls go out as calls, other changes as the new board."""
        for logged in batch:
            if logged.seq <= self.seq.get(logged.office_id, 0):
                continue
            self.seq[logged.office_id] = logged.seq
            before, self.board = self.board, fold(self.board, logged, self.office_slugs)
            if isinstance(logged.event, TicketCalled):
                office, event = self.office_slugs[logged.office_id], logged.event
                self._remember(event.call_id, Called(office, event.number, event.place))
            if self.board != before:
                office, now = self.office_slugs[logged.office_id], self.ground.clock.now()
                self.fanout.publish(change_text(self._said(), logged, office, now))

    def snapshot(self) -> str:
        """The board as a screen gets it on arrival."""
        seq = {self.office_slugs[office]: n for office, n in self.seq.items()}
        now = self.ground.clock.now()
        return snapshot_text(self._said(), seq, self.estimates(), self._digests(), now)

    def _said(self) -> Board:
        """The board as it is sent: long words of its messages have soft hyphens."""
        if not self.board.messages:
            return self.board
        house = self.ground.settings.languages[0]
        messages = {key: _parted(one, house) for key, one in self.board.messages.items()}
        return self.board.model_copy(update={"messages": messages})

    def _digests(self) -> Mapping[str, str]:
        """The digest of each screen's page, reckoned once for every change of the house."""
        directory = known_directory(self.ground)
        if directory is not None and directory is not self.digested[0]:
            self.digested = (directory, screen_digests(directory, self.area_id))
        return self.digested[1]

    def has_screen(self, slug: str) -> bool:
        """Whether a screen hangs in this area."""
        return slug in self._digests()

    def call(self, call_id: int) -> Called | None:
        """The call, if it was on this board lately, be it by now too old for it."""
        return self.called.get(call_id)

    async def has_called(self, call: Called) -> bool:
        """Whether this was called lately."""
        await self.ready.wait()
        return call in self.called.values()

    def _remember(self, call_id: int, call: Called) -> None:
        self.called[call_id] = call
        while len(self.called) > KNOWN_CALLS:
            self.called.popitem(last=False)

    def estimates(self) -> Mapping[str, OfficeEstimate]:
        """What is said about each office of the area now."""
        found = {slug: self.live.estimate(office) for office, slug in self.office_slugs.items()}
        return {
            slug: OfficeEstimate(
                open=one.open,
                waiting=one.waiting,
                wait=wait_of(one.wait),
                busy=one.busy,
                next_numbers=one.next_numbers,
                opens=None if one.open else self._opens(slug),
            )
            for slug, one in found.items()
            if one is not None
        }

    def _opens(self, slug: str) -> datetime | None:
        directory = known_directory(self.ground)
        if directory is None:
            return None
        now, early = self.ground.clock.now(), slug in self.board.closed_early
        return self.reopenings.of(directory.office(slug), now, today=not early)

    async def snapshot_when_ready(self) -> str:
        """The snapshot, once there is one; a board of yesterday is read afresh first."""
        await self.ready.wait()
        await self.begin_day()
        return self.snapshot()

    async def begin_day(self) -> None:
        """Clear the board of yesterday from screens that stay on overnight."""
        if self.day not in {None, local_day(self.ground.clock.now())}:
            await self.start_afresh()


class Boards:
    """All areas of the installation; the display's live object in `ground.parts`."""

    def __init__(self, ground: Ground, live: QueueLive) -> None:
        self.ground = ground
        self.live = live
        self.feeds: dict[int, AreaFeed] = {}
        self.tasks: dict[int, asyncio.Task[None]] = {}
        self.estimates: asyncio.Task[None] | None = None
        ground.signals.listen(DO, self._order)

    async def start(self) -> None:
        """Open a feed for every area there is, and the clock of the estimates."""
        directory = await latest_directory(self.ground)
        for area in directory.areas.values():
            self.feed(directory, area.id)
        self.estimates = keep_running(self._tell_estimates, "display estimates")

    async def stop(self) -> None:
        """End all tasks and close the sockets."""
        tasks = [*self.tasks.values(), *([self.estimates] if self.estimates else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for feed in self.feeds.values():
            feed.fanout.close()

    def order(self, slug: str, do: Literal["reload", "identify"]) -> None:
        """Have a screen load its page anew or show its name, whichever process it is at."""
        self.ground.signals.say(DO, {"screen": slug, "do": do})

    def _order(self, word: Word) -> None:
        said = understood(ScreenOrder, word)
        if said is not None:
            text = order_text(said.screen, said.do)
            for feed in self.feeds.values():
                if feed.has_screen(said.screen):
                    feed.fanout.publish(text)

    def feed(self, directory: Directory, area_id: int) -> AreaFeed:
        """The feed of an area; one that was loaded later is opened on first use."""
        if area_id not in self.feeds:
            feed = AreaFeed(self.ground, self.live, area_id, _slugs(directory, area_id))
            self.feeds[area_id] = feed
            self.tasks[area_id] = keep_running(feed.follow, f"board {area_id}")
        return self.feeds[area_id]

    async def _tell_estimates(self) -> None:
        last: dict[int, Mapping[str, OfficeEstimate]] = {}
        while True:
            await asyncio.sleep(ESTIMATE_SECONDS)
            for area_id, feed in tuple(self.feeds.items()):
                await feed.begin_day()
                estimates = feed.estimates()
                if estimates != last.get(area_id):
                    last[area_id] = estimates
                    feed.fanout.publish(estimate_text(estimates, self.ground.clock.now()))


def _slugs(directory: Directory, area_id: int) -> Mapping[int, str]:
    return {office.id: office.slug for office in directory.offices_of_area(area_id)}


def _parted(message: Message, language: str) -> Message:
    english = message.text_en and parted(message.text_en, "en")
    return message.model_copy(update={"text": parted(message.text, language), "text_en": english})


def _is_directory(logged: Logged) -> bool:
    return isinstance(logged.event, DirectoryChanged)


def boards_of(ground: Ground) -> Boards:
    """The display's live object."""
    boards = ground.parts["display"]
    assert isinstance(boards, Boards)
    return boards

"""The queue in memory, live: one picture per office, read once per change, for all who watch.

Counters, phones and screens are told from here; no watcher ever causes a query but for its first
look. What each of them is told stands in `views.py`.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from secrets import token_hex
from time import monotonic
from weakref import WeakValueDictionary

from sqlalchemy import Connection

from ...core.background import keep_running
from ...core.events import Logged
from ...core.formats import local_day
from ...core.ground import Ground
from ...core.hub import find_seq
from ...office.directory import latest_directory
from ..events import StepUndone, TicketCalled, TicketIssued, TicketTransferred
from ..state import OfficeState
from ..store import load_office_state
from .audience import Audiences
from .counter_view import OfficeTeller
from .day_reader import DayReader
from .phone_view import PhoneTold, call_text
from .picture import OfficeNow, OfficePicture, paint
from .screens import Screens
from .telling import CounterTold

# Ranges move with the clock even when nothing happens.
REFRESH_SECONDS = 20.0
# A picture costs in proportion to the line (300 waiting: some 10 ms). Resting between two keeps all
# pictures of an office to a fraction of a core, however fast tickets are drawn: the line may grow
# four times a second, what is done at a counter is seen within a blink.
REST, REST_SECONDS = 3.0, 0.25
HURRIED_REST, HURRIED_REST_SECONDS = 1.0, 0.05
# What comes in the same blink goes into one picture, and whoever pressed is answered before it.
BLINK_SECONDS = 0.01
# While no counter looks on, nobody needs more pictures than phones and screens are told of.
UNWATCHED_REST_SECONDS = 2.0
# A phone hears of its own position this often at most (design: events and screens).
PHONE_SECONDS = 2.0
# A call is acknowledged by every screen of the room within moments: one look for all of them.
SCREENS_SECONDS = 0.1


class OfficeLive:
    """Follows one office and keeps its picture; tells counters at once and phones soon."""

    def __init__(
        self,
        ground: Ground,
        office_id: int,
        screens: Screens,
        boot: str,
        tell_neighbours: Callable[[OfficePicture], None],
    ) -> None:
        self.ground = ground
        self.boot = boot
        self.tell_neighbours = tell_neighbours
        self.office_id = office_id
        self.screens = screens
        self.picture: OfficePicture | None = None
        self.newest = (0, 0.0)  # the last event in it, and when the look at it began
        self.read_day = DayReader()
        self.ready = asyncio.Event()
        self.counters = Audiences[CounterTold]()
        self.phones = Audiences[PhoneTold]()
        # Kept as long as somebody listens who reads the language.
        self.tellers = WeakValueDictionary[str, OfficeTeller]()
        self.picture_due = asyncio.Event()
        self.hurried = asyncio.Event()
        self.phones_due = asyncio.Event()

    async def follow(self) -> None:
        """Run until cancelled: what cannot wait is told, and a new picture is asked for."""
        async with self.ground.hub.subscribe((self.office_id,)) as subscription:
            self.picture_due.set()
            async for batch in subscription:
                self._tell_at_once(batch)
                self.picture_due.set()
                if any(not isinstance(logged.event, TicketIssued) for logged in batch):
                    self.hurried.set()

    async def keep_picture(self) -> None:
        """Run until cancelled: a new picture at once after a change, and now and then without one,
        because waiting times pass by themselves. Changes that come too fast share one.
        """
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(REFRESH_SECONDS):
                    await self.picture_due.wait()
            await asyncio.sleep(BLINK_SECONDS)
            self.picture_due.clear()
            self.hurried.clear()
            began = monotonic()
            await self.refresh()
            await self._rest(monotonic() - began)

    async def _rest(self, cost: float) -> None:
        hurried = max(HURRIED_REST * cost, HURRIED_REST_SECONDS)
        rest = max(REST * cost, REST_SECONDS) if self.counters else UNWATCHED_REST_SECONDS
        await asyncio.sleep(hurried)
        with suppress(TimeoutError):
            async with asyncio.timeout(rest - hurried):
                await self.hurried.wait()

    async def tell_phones(self) -> None:
        """Run until cancelled: the phones hear of a change, at most every PHONE_SECONDS."""
        while True:
            await self.phones_due.wait()
            self.phones_due.clear()
            for audience in tuple(self.phones.values()):
                audience.tell(await self.current())
                await asyncio.sleep(0)  # a thousand phones are no reason to keep a call waiting
            await asyncio.sleep(PHONE_SECONDS)

    async def refresh(self) -> None:
        """Read the office once and tell whoever sees something new."""
        directory = await latest_directory(self.ground)
        now, began = self.ground.clock.now(), monotonic()
        state, seq = await self.ground.database.read(self._read, now)
        if (seq, began) < self.newest:
            return  # begun before another look that has ended already
        self.newest = (seq, began)
        before, self.picture = self.picture, paint(directory, state, seq, now)
        if before is None or before.at_counters != self.picture.at_counters:
            self.tell_neighbours(self.picture)
        self.ready.set()
        self.phones_due.set()
        await self.tell_counters()

    def _read(self, conn: Connection, now: datetime) -> tuple[OfficeState, int]:
        state = load_office_state(conn, self.office_id, local_day(now), now, self.read_day)
        return state, find_seq(conn, self.office_id)

    async def tell_counters(self) -> None:
        """Counters see a change at once, one after the other, between which others are answered:
        the first of a language takes some milliseconds when the line is long.
        """
        for audience in tuple(self.counters.values()):
            audience.tell(await self.current())
            await asyncio.sleep(0)

    def teller(self, language: str) -> OfficeTeller:
        """Whoever tells the counters of the office in a language."""
        found = self.tellers.get(language)
        if found is None:
            found = OfficeTeller(self.ground.texts.in_language(language), language, self.boot)
            self.tellers[language] = found
        return found

    def is_watched(self, counter_id: int) -> bool:
        """Whether somebody has the page of this counter open."""
        return any(key.startswith(f"{counter_id}/") for key in self.counters)

    def _tell_at_once(self, batch: tuple[Logged, ...]) -> None:
        """A call opens on the phone it is for before anything is read or reckoned."""
        for logged in batch:
            match logged.event:
                case TicketCalled() as event:
                    self.screens.called(event.ticket_id, event.call_id, silent=event.silent)
                    text = call_text(logged, event)
                    own = self.phones.get(str(event.ticket_id))
                    alone = () if own is None else (own,)
                    for audience in alone if event.silent else tuple(self.phones.values()):
                        audience.fanout.publish(text)
                    if own is not None:
                        own.overtake(logged.seq)
                case (
                    TicketTransferred(ticket_id=ticket_id)
                    | StepUndone(ticket_id=ticket_id, undone="transfer")
                ):
                    self.phones.send_away(str(ticket_id))  # its office may be another one now
                case _:
                    pass

    async def current(self) -> OfficePicture:
        """The picture, once there is one."""
        await self.ready.wait()
        assert self.picture is not None
        return self.picture


class QueueLive:
    """All offices of the installation; the queue's live object in `ground.parts`."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.boot = token_hex(8)  # pages notice by it that the server was started anew
        self.screens_due = asyncio.Event()
        self.screens = Screens(ground.signals, ground.clock, self.screens_due.set)
        self.offices: dict[int, OfficeLive] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Follow every office there is; one that is loaded later is followed on first use."""
        directory = await latest_directory(self.ground)
        self.tasks.append(keep_running(self._tell_of_screens, "acknowledgements"))
        self.tasks.append(keep_running(self.screens.keep_telling, "screens"))
        for office in directory.offices.values():
            self.office(office.id)

    async def stop(self) -> None:
        """End all tasks and close the sockets."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for live in self.offices.values():
            for audience in (*live.counters.values(), *live.phones.values()):
                audience.fanout.close()

    def office(self, office_id: int) -> OfficeLive:
        """The live picture of an office."""
        if office_id not in self.offices:
            live = OfficeLive(
                self.ground, office_id, self.screens, self.boot, self._tell_neighbours
            )
            self.offices[office_id] = live
            for work in (live.follow, live.keep_picture, live.tell_phones):
                self.tasks.append(keep_running(work, f"office {office_id} {work.__name__}"))
        return self.offices[office_id]

    def estimate(self, office_id: int) -> OfficeNow | None:
        """What anybody may know of an office now; None before its first picture."""
        picture = self.office(office_id).picture
        return None if picture is None else picture.public

    def _tell_neighbours(self, picture: OfficePicture) -> None:
        """The counters of an office are seen in all offices of its waiting area."""
        for office in picture.directory.offices_of_area(picture.office.area.id):
            if office.id != picture.office.id and office.id in self.offices:
                self.offices[office.id].picture_due.set()

    async def _tell_of_screens(self) -> None:
        while True:
            await self.screens_due.wait()
            self.screens_due.clear()
            for live in self.offices.values():
                await live.tell_counters()
            await asyncio.sleep(SCREENS_SECONDS)


def live_of(ground: Ground) -> QueueLive:
    """The queue's live object."""
    live = ground.parts["queue"]
    assert isinstance(live, QueueLive)
    return live

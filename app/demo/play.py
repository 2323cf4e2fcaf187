"""The live day: simulated citizens book, arrive and draw numbers, simulated clerks call them.

All through the same commands that people use, at a speed one can watch. A counter that somebody
has open in a browser is left to that person.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import Random

from ...booking.days import next_free_starts
from ...booking.mails.sending import post_of
from ...booking.rules import Contact, read_request
from ...booking.services import hold_slot
from ...core.errors import DomainError
from ...core.formats import local_day
from ...core.ground import Ground
from ...office.directory import CounterInfo, OfficeInfo, latest_directory
from ...office.rules import is_open_at
from ...queue import services as queue
from ...queue.forecasting.durations import minutes_of
from ...queue.state import TicketNow
from ...queue.store import load_here
from ...queue.watching.live import live_of
from . import people

logger = logging.getLogger(__name__)

Turn = Callable[[OfficeInfo], Awaitable[None]]
# How far ahead the demo's citizens look for a time.
OFFERED_STARTS = 6
CHECK_IN_BEFORE_MINUTES = 25


class Play:
    """The simulated day of all offices; started, stopped and started again from the start page."""

    def __init__(self, ground: Ground, *, seed: int = 2026, pace: float = 1.0) -> None:
        """`pace` stretches all times; below 1 the day runs faster than one can watch."""
        self.ground = ground
        self.pace = pace
        self.random = Random(seed)
        self.tasks: list[asyncio.Task[None]] = []
        self.turned_away: set[int] = set()

    @property
    def is_running(self) -> bool:
        return bool(self.tasks)

    async def start(self) -> None:
        """Begin, unless it is running."""
        if self.is_running:
            return
        directory = await latest_directory(self.ground)
        for office in directory.offices.values():
            desks = len(office.counters)
            self._run(office, self.arrive, people.arrival_seconds(office))
            for _ in range(people.FIRST_VISITORS * desks):
                self._run(office, self.arrive, (0.0, 2.0), once=True)
            self._run(office, self.book, people.BOOKING_SECONDS)
            self._run(office, self.check_in, people.CHECK_IN_SECONDS)
            for counter in office.counters:
                self._run(office, Clerk(self, counter).work, people.PAUSE_SECONDS)

    async def stop(self) -> None:
        """End; whoever is being served stays so until somebody finishes."""
        tasks, self.tasks = self.tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(
        self, office: OfficeInfo, turn: Turn, seconds: tuple[float, float], *, once: bool = False
    ) -> None:
        again = self._take_turn if once else self._repeat
        self.tasks.append(asyncio.create_task(again(office.id, turn, seconds)))

    async def _repeat(self, office_id: int, turn: Turn, seconds: tuple[float, float]) -> None:
        """One turn after the other."""
        while True:
            await self._take_turn(office_id, turn, seconds)

    async def _take_turn(self, office_id: int, turn: Turn, seconds: tuple[float, float]) -> None:
        """Wait, then act if the office is open; a refusal is part of life."""
        await self.wait(seconds)
        office = (await latest_directory(self.ground)).office(office_id)
        if not is_open_at(office, self.ground.clock.now()):
            return
        try:
            await turn(office)
        except DomainError as refusal:
            logger.debug("somebody was refused: %s", refusal.code)

    async def wait(self, seconds: tuple[float, float]) -> None:
        await asyncio.sleep(self.random.uniform(*seconds) * self.pace)

    async def arrive(self, office: OfficeInfo) -> None:
        """Somebody draws a number, unless the room is full."""
        visitor = people.walk_in(self.random, office)
        known = live_of(self.ground).estimate(office.id)
        if visitor is None or known is None or known.waiting >= people.MOST_WAITING:
            return
        await self.ground.runner.run(
            office.id,
            queue.issue_ticket,
            office_id=office.id,
            services=visitor.services,
            language=visitor.language,
            step_free=visitor.step_free,
        )

    async def book(self, office: OfficeInfo) -> None:
        """Somebody books one of the next free times."""
        wanted = people.appointment(self.random, office)
        if wanted is None:
            return
        request = read_request(office, wanted)
        now = self.ground.clock.now()
        starts = await self.ground.database.read(
            next_free_starts, office, request, now, now, limit=OFFERED_STARTS
        )
        if not starts:
            return
        citizen = people.name(self.random)
        await self.ground.runner.run(
            office.id,
            hold_slot,
            office_id=office.id,
            start=self.random.choice(starts),
            services=wanted,
            language="de",
            contact=Contact(citizen, f"{citizen.lower().replace(' ', '.')}@example.org"),
            post=post_of(self.ground),
        )

    async def check_in(self, office: OfficeInfo) -> None:
        """Of those whose time is near, the first comes; a few never do."""
        picture = await live_of(self.ground).office(office.id).current()
        now = self.ground.clock.now()
        for one in picture.state.expected:
            near = (one.start - now).total_seconds() < CHECK_IN_BEFORE_MINUTES * 60
            if not near or one.appointment_id in self.turned_away:
                continue
            if self.random.random() > people.COMES_RATE:
                self.turned_away.add(one.appointment_id)
                continue
            await self.ground.runner.run(
                office.id,
                queue.check_in,
                appointment_id=one.appointment_id,
                area_id=office.area_id,
            )
            return


class Clerk:
    """Works at one counter: next, welcome, serve, finish; sometimes nobody comes.

    As soon as somebody has the counter open, everything there is theirs, whoever is served there
    too. When they have gone, the clerk goes on with what they left.
    """

    def __init__(self, play: Play, counter: CounterInfo) -> None:
        self.play = play
        self.counter = counter

    def is_away(self) -> bool:
        """Whether somebody has the page of the counter open."""
        office = live_of(self.play.ground).office(self.counter.office_id)
        return office.is_watched(self.counter.id)

    async def work(self, office: OfficeInfo) -> None:
        """One citizen from the call to the end."""
        if self.is_away():
            return
        ticket = await self.left_here() or await self.call()
        if ticket is None:
            return
        if ticket.status == "called":
            await self.play.wait(people.WAY_SECONDS)
            if self.play.random.random() < people.NO_SHOW_RATE:
                await self.wait_in_vain(office, ticket.id)
                return
            await self.step(office, queue.start_service, ticket.id)
        planned = 60.0 * people.TEMPO * minutes_of(office, ticket.services)
        low, high = people.SPREAD
        await self.play.wait((low * planned, high * planned))
        await self.step(office, queue.finish, ticket.id)

    async def left_here(self) -> TicketNow | None:
        """Whom somebody called or served here who has gone since."""
        ground = self.play.ground
        day = local_day(ground.clock.now())
        here = await ground.database.read(load_here, self.counter.office_id, day)
        busy = (one for one in here if one.status in {"called", "serving"})
        return next((one for one in busy if one.counter_id == self.counter.id), None)

    async def call(self) -> TicketNow | None:
        """The next person."""
        run = self.play.ground.runner.run
        called = await run(self.counter.office_id, queue.call_next, counter_id=self.counter.id)
        return None if called is None else called.ticket

    async def wait_in_vain(self, office: OfficeInfo, ticket_id: int) -> None:
        """As often and as long as the office wants it, in real seconds, then nobody is there."""
        for _ in range(office.recall_limit - 1):
            await asyncio.sleep(office.recall_seconds + 1)
            await self.step(office, queue.recall, ticket_id)
        await asyncio.sleep(office.recall_seconds + 1)
        await self.step(office, queue.mark_no_show, ticket_id)

    async def step(
        self, office: OfficeInfo, command: Callable[..., object], ticket_id: int
    ) -> None:
        """One step with the citizen; the runner's lock of the office, as for everybody."""
        if self.is_away():
            return
        await self.play.ground.runner.run(
            office.id, command, counter_id=self.counter.id, ticket_id=ticket_id
        )

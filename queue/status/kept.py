"""What is told of offices and towns, kept in memory: the whole town may look at once.

However many ask, an office is looked at once in FRESH_SECONDS, beside the requests, and a text is
written once for each look that saw something new. Nobody asks, nothing is done.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import inf
from time import monotonic
from typing import cast

from ...booking.rules import Wanted
from ...core.ground import Ground
from ...office.directory import Directory, OfficeInfo, known_directory, latest_directory
from ..drawing.next_free import next_free, shortest_to_book
from ..watching.live import live_of
from ..watching.picture import OfficePicture
from .facts import Earliest, OfficeFacts, facts_of

log = logging.getLogger(__name__)

STATUS = "status"

FRESH_SECONDS = 5.0
"""So old facts may be told without a look; older ones are told once more while a look begins."""
BELIEVED_SECONDS = 30.0
"""Older ones are told to nobody: whoever comes first after a quiet hour waits for the look."""

Seen = tuple[OfficeFacts, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it goes over the wire, and what it was written from."""

    seen: Seen
    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class _Look:
    facts: OfficeFacts
    began: float


class StatusTexts:
    """The facts of each office, and the texts written from them."""

    def __init__(self, ground: Ground, clock: Callable[[], float] = monotonic) -> None:
        self.ground = ground
        self.clock = clock
        self.looks: dict[int, _Look] = {}
        self.looking: dict[int, asyncio.Task[OfficeFacts]] = {}
        self.texts: dict[tuple[str, ...], Text] = {}

    async def facts(self, office: OfficeInfo) -> OfficeFacts:
        """What is known of the office: at most FRESH_SECONDS old while it is asked for."""
        known = self.looks.get(office.id)
        age = inf if known is None else self.clock() - known.began
        if known is not None and age < FRESH_SECONDS:
            return known.facts
        looking = self._look(office.id)
        if known is not None and age < BELIEVED_SECONDS:
            return known.facts
        return await asyncio.shield(looking)

    async def text(
        self, key: tuple[str, ...], offices: Sequence[OfficeInfo], write: Callable[[Seen], str]
    ) -> Text:
        """The text of this key about these offices, written anew when they are not as they were."""
        seen = tuple([await self.facts(office) for office in offices])
        kept = self.texts.get(key)
        if kept is None or kept.seen != seen:
            body = write(seen).encode()
            kept = self.texts[key] = Text(seen, body, f'"{sha256(body).hexdigest()[:20]}"')
        return kept

    async def stop(self) -> None:
        """End the looks under way."""
        looking = tuple(self.looking.values())
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)

    def _look(self, office_id: int) -> asyncio.Task[OfficeFacts]:
        """The look under way, or a new one: one for all who ask."""
        task = self.looking.get(office_id)
        if task is None:
            task = asyncio.create_task(self._take(office_id), name=f"status {office_id}")
            self.looking[office_id] = task
            task.add_done_callback(lambda ended: self._ended(office_id, ended))
        return task

    async def _take(self, office_id: int) -> OfficeFacts:
        began = self.clock()
        office = (await latest_directory(self.ground)).office(office_id)
        picture = await live_of(self.ground).office(office.id).current()
        now = self.ground.clock.now()
        facts = facts_of(picture, now, await _earliest(self.ground, picture))
        before = self.looks.get(office_id)
        if before is not None and before.facts == facts:
            facts = before.facts  # so that comparing texts with it costs nothing
        self.looks[office_id] = _Look(facts, began)
        return facts

    def _ended(self, office_id: int, task: "asyncio.Task[OfficeFacts]") -> None:
        del self.looking[office_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("no look at office %d: %s", office_id, type(error).__name__)


async def _earliest(ground: Ground, picture: OfficePicture) -> Earliest | None:
    """Whoever closed early is not there for an appointment of the same day either."""
    offer = shortest_to_book(picture.office)
    if offer is None:
        return None
    today = picture.state.closed_early_at is None
    wanted = [Wanted(offer.service.slug)]
    start = await next_free(ground, picture.office, wanted, today=today)
    return None if start is None else Earliest(start, offer)


async def directory_for_readers(ground: Ground) -> Directory:
    """The directory as this process knows it, without asking the database: the live pictures have
    it read anew all the time."""
    return known_directory(ground) or await latest_directory(ground)


def status_of(ground: Ground) -> StatusTexts:
    """The status of all offices in this process."""
    return cast("StatusTexts", ground.parts[STATUS])

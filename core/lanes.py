"""Who runs next: waiting commands, grouped so that they can share a commit. No threads, no SQL.

Used from the event loop alone.
"""

import asyncio
from collections import deque
from dataclasses import dataclass

from .batch import Command

BATCH_LIMIT = 64
INSTALLATION = (0,)  # the lane of commands that belong to no office; offices count from 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """A command and the future its caller waits for."""

    command: Command
    future: asyncio.Future[object]


@dataclass(frozen=True, slots=True)
class Turn:
    """Commands that run now, in one transaction."""

    lane: tuple[int, ...]
    waiting: list[Waiting]


class Lanes:
    """Waiting commands by lane: all in one on SQLite, by their offices on PostgreSQL.

    No two turns of the same office run at once in this process, so none waits for the other's lock
    with a connection in its hands. Lanes take turns; one that needs several offices is not
    overtaken for ever by those that need one.
    """

    def __init__(self, *, single: bool) -> None:
        self._single = single
        self._lanes: dict[tuple[int, ...], deque[Waiting]] = {}
        self._busy: set[int] = set()
        self.count = 0

    def add(self, waiting: Waiting) -> None:
        """Put a command at the end of its lane."""
        lane = INSTALLATION if self._single else waiting.command.offices or INSTALLATION
        self._lanes.setdefault(lane, deque()).append(waiting)
        self.count += 1

    def take(self) -> Turn | None:
        """The next turn, of at most 64 commands; None when nothing can run now."""
        reserved = set(self._busy)
        for lane in self._lanes:
            if reserved.isdisjoint(lane):
                return self._turn(lane)
            reserved.update(lane)
        return None

    def _turn(self, lane: tuple[int, ...]) -> Turn:
        queue = self._lanes.pop(lane)
        waiting = [queue.popleft() for _ in range(min(BATCH_LIMIT, len(queue)))]
        if queue:
            self._lanes[lane] = queue  # behind the others
        self.count -= len(waiting)
        self._busy.update(lane)
        return Turn(lane, waiting)

    def release(self, turn: Turn) -> None:
        """The turn is over; its offices are free."""
        self._busy.difference_update(turn.lane)

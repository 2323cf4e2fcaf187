"""What the screens of the waiting areas report: who is connected, which call was shown and spoken.

Kept in memory only: it says how it is now, and a restart begins afresh.
"""

from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

# Enough for every call of a busy day in all offices that a counter may still look at.
REMEMBERED_CALLS = 500


@dataclass
class Seen:
    """The screens that showed and announced one call; `silent` did so without sound."""

    shown: set[str] = field(default_factory=set[str])
    announced: set[str] = field(default_factory=set[str])
    silent: set[str] = field(default_factory=set[str])


class Screens:
    """Which screens are there, and what they made of each call."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self.on_change = on_change
        self.connected: dict[int, dict[str, int]] = {}
        self.seen: OrderedDict[int, Seen] = OrderedDict()
        self.last_call: OrderedDict[int, int | None] = OrderedDict()

    @contextmanager
    def connection(self, area_id: int, slug: str) -> Generator[None]:
        """A screen is connected while this lasts; the same screen may be there twice."""
        here = self.connected.setdefault(area_id, {})
        here[slug] = here.get(slug, 0) + 1
        self.on_change()
        try:
            yield
        finally:
            here[slug] -= 1
            if here[slug] == 0:
                del here[slug]
            self.on_change()

    def count(self, area_id: int) -> int:
        """How many screens of the area are connected."""
        return len(self.connected.get(area_id, {}))

    def called(self, ticket_id: int, call_id: int, *, silent: bool = False) -> None:
        """Remember which call of a ticket is the last one; None is for the screens."""
        self.last_call[ticket_id] = None if silent else call_id
        while len(self.last_call) > REMEMBERED_CALLS:
            self.last_call.popitem(last=False)

    def acknowledge(
        self, call_id: int, slug: str, what: Literal["shown", "announced"], *, sound: bool
    ) -> None:
        """A screen has painted or announced a call."""
        seen = self.seen.setdefault(call_id, Seen())
        (seen.shown if what == "shown" else seen.announced).add(slug)
        if not sound:
            seen.silent.add(slug)
        while len(self.seen) > REMEMBERED_CALLS:
            self.seen.popitem(last=False)
        self.on_change()

    def of_ticket(self, ticket_id: int) -> Seen | None:
        """What the screens made of the last call of a ticket; None when it was not for them."""
        last = self.last_call.get(ticket_id, 0)
        return None if last is None else self.seen.get(last, Seen())

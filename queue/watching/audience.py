"""Sockets that are told the same: those of one counter in one language, or of one ticket."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Generic, Protocol, Self, TypeVar

from ...core.fanout import Fanout
from .picture import OfficePicture


class Told(Protocol):
    """What an audience knows of one picture."""

    def whole(self) -> str:
        """All of it, for somebody who comes now or fell behind."""
        ...

    def since(self, before: Self) -> str | None:
        """What is new for somebody who knows what was told before; None for nothing."""
        ...


T = TypeVar("T", bound=Told)


class Audience(Generic[T]):
    """Told what is new in an office's picture, as `describe` puts it for them."""

    def __init__(self, describe: Callable[[OfficePicture], T], picture: OfficePicture) -> None:
        self.describe = describe
        self.fanout = Fanout()
        self.told = describe(picture)
        self.members = 0
        self.overtaken = 0  # the event that was sent ahead of the picture; none: 0

    def tell(self, picture: OfficePicture) -> None:
        """Send what is new; nothing when there is nothing, or when more was sent already."""
        if picture.seq < self.overtaken:
            return  # painted before what overtook it: it would take that back
        before, self.told = self.told, self.describe(picture)
        text = self.told.whole() if self.overtaken else self.told.since(before)
        self.overtaken = 0
        if text is not None:
            self.fanout.publish(text)

    def overtake(self, seq: int) -> None:
        """An event was sent by itself: a picture that has it is told whole, for what was told may
        be newer; one that does not is not told any more."""
        self.overtaken = max(seq, self.overtaken)

    async def snapshot(self) -> str:
        """What somebody is told who comes now or fell behind."""
        return self.told.whole()


class Audiences(dict[str, Audience[T]]):
    """The audiences of an office by key; one is there only while somebody is in it."""

    @contextmanager
    def join(
        self, key: str, describe: Callable[[OfficePicture], T], picture: OfficePicture
    ) -> Generator[Audience[T]]:
        """The audience of this key, made for the first who comes and dropped after the last.

        Members are counted from here, not from their accepted sockets: somebody still on the way in
        must not be left behind in an audience that nobody tells any more.
        """
        found = self.get(key)
        if found is None:
            found = self[key] = Audience(describe, picture)
        found.members += 1
        try:
            yield found
        finally:
            found.members -= 1
            if found.members == 0 and self.get(key) is found:
                del self[key]

    def send_away(self, key: str) -> None:
        """Have the members of an audience come again: what they are told is elsewhere now."""
        left = self.pop(key, None)
        if left is not None:
            left.fanout.close()

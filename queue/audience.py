"""Sockets that are told the same: those of one counter in one language, or of one ticket."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from ..core.fanout import Fanout
from .picture import OfficePicture

Describe = Callable[[OfficePicture], str]


class Audience:
    """Told what is new in an office's picture, as `describe` puts it into words for them."""

    def __init__(self, describe: Describe, picture: OfficePicture) -> None:
        self.describe = describe
        self.fanout = Fanout()
        self.last = describe(picture)
        self.members = 0
        self.overtaken = False

    def tell(self, picture: OfficePicture) -> None:
        """Send what is new; nothing when it would be the same again."""
        text = self.describe(picture)
        if text != self.last or self.overtaken:
            self.last, self.overtaken = text, False
            self.fanout.publish(text)

    def overtake(self) -> None:
        """Something else was sent that may be older than what was told: tell it once more."""
        self.overtaken = True

    async def snapshot(self) -> str:
        """What somebody who comes now is told first."""
        return self.last


class Audiences(dict[str, Audience]):
    """The audiences of an office by key; one is there only while somebody is in it."""

    @contextmanager
    def join(self, key: str, describe: Describe, picture: OfficePicture) -> Generator[Audience]:
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

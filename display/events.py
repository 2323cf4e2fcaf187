"""What happens to what an office puts on its screens beside the calls."""

from datetime import datetime

from ..core.events import Event


class SlidesChanged(Event):
    """Slides were added, changed or removed; screens fetch them anew."""

    version: int


class MessagePutUp(Event):
    """An urgent message stands on the screens; it replaces the one before."""

    text: str
    text_en: str | None = None
    until: datetime | None = None


class MessageTakenDown(Event):
    """The urgent message is gone, by hand or because its time was over."""

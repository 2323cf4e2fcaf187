"""What a slide is, which are shown on a day, and what order they stand in. Pure: no clock, no SQL.

What an office's opening hours look like on a slide stands in `opening.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Kind = Literal["picture", "text", "opening"]

MOST_SLIDES = 40
MOST_REMOVED = 10  # so many of the last removed can be brought back, for a day
TITLE_LIMIT = 120
BODY_LIMIT = 600
LEAST_SECONDS, MOST_SECONDS, USUAL_SECONDS = 5, 120, 12
MESSAGE_LIMIT = 300
MESSAGE_LINES = 3


@dataclass(frozen=True, slots=True)
class Content:
    """What is on a slide and when: what the office typed. Days are local, both included.

    `picture` is the digest of a picture that is kept; then `title` describes it for who cannot
    see it.
    """

    kind: Kind
    title: str = ""
    body: str = ""
    picture: str | None = None
    seconds: int = USUAL_SECONDS
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class SlideNow:
    """A slide as it is kept; `position` counts from 1 in its office, None once removed."""

    id: int
    office_id: int
    content: Content
    active: bool
    position: int | None
    removed_at: datetime | None = None


State = Literal["shown", "off", "later", "over"]


def state_of(slide: SlideNow, day: date) -> State:
    """Whether a slide is shown on a local day, and if not, why."""
    if not slide.active:
        return "off"
    if slide.content.last_day is not None and slide.content.last_day < day:
        return "over"
    if slide.content.first_day is not None and day < slide.content.first_day:
        return "later"
    return "shown"


def shown_on(slides: Iterable[SlideNow], day: date) -> tuple[SlideNow, ...]:
    """Those that screens show on this day, in their order."""
    return tuple(slide for slide in slides if state_of(slide, day) == "shown")


def moved(order: Sequence[int], slide_id: int, before: int | None) -> tuple[int, ...]:
    """The order with one put directly before another, or at the end.

    Pressed twice, or by two at once, it is the same; one that is not there moves nothing.
    """
    if slide_id not in order or before == slide_id or (before is not None and before not in order):
        return tuple(order)
    rest = [one for one in order if one != slide_id]
    place = len(rest) if before is None else rest.index(before)
    return (*rest[:place], slide_id, *rest[place:])


def line_count(text: str) -> int:
    """How many lines somebody typed."""
    return text.count("\n") + 1

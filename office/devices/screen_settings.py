"""What a waiting-room screen shows and how loud it is, as its device keeps it.

Files and pages say it in the same words; what follows from it stands in the display.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from ..files.entry_fields import STRICT, Minute, Slug

Layout = Literal["calls", "waiting", "slides", "rooms"]
"""Calls alone; with waiting numbers and ranges; with slides; by room."""

Voice = Literal["auto", "system", "clips", "chime"]
"""Who speaks: the best there is, the browser's voice, clips of ours, or nobody."""

MOST_CHOSEN = 400
"""Of counters, and of offices: more than any waiting area has."""

Slugs = Annotated[tuple[Slug, ...], Field(strict=False, max_length=MOST_CHOSEN)]


class ScreenSettings(BaseModel):
    """Settings of one screen.

    `offices` and `counters` are slugs of its waiting area; None means all of them. Of `parts`
    screens that share the calls, `part` shows the rows after those of the parts before it.
    `metres` to the farthest reader and `inches` of the diagonal decide how many rows there are.
    Between `quiet_from` and `quiet_to`, minutes after midnight, nothing is heard.
    """

    model_config = STRICT

    layout: Layout = "waiting"
    offices: Slugs | None = None
    counters: Slugs | None = None
    part: int = Field(default=1, ge=1, le=4)
    parts: int = Field(default=1, ge=1, le=4)
    metres: float | None = Field(default=None, ge=1, le=40)
    inches: float | None = Field(default=None, ge=7, le=120)
    next_numbers: bool = False
    volume: int = Field(default=80, ge=0, le=100)
    voice: Voice = "auto"
    quiet_from: int | None = Field(default=None, ge=0, le=1440)
    quiet_to: int | None = Field(default=None, ge=0, le=1440)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.part > self.parts:
            raise ValueError("part must be at most parts")
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise ValueError("quiet_from and quiet_to belong together")
        return self

    def shows_office(self, office: str) -> bool:
        """Whether the screen is for this office (slug) of its waiting area."""
        return self.offices is None or office in self.offices

    def shows(self, office: str, counter: str) -> bool:
        """Whether calls of an office to one of its counters (slugs) are for this screen."""
        of_counter = self.counters is None or counter in self.counters
        return of_counter and self.shows_office(office)

    def is_quiet_at(self, minute: int) -> bool:
        """Whether this minute after local midnight is in the quiet hours, which may span it."""
        if self.quiet_from is None or self.quiet_to is None:
            return False
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= minute < self.quiet_to
        return minute >= self.quiet_from or minute < self.quiet_to


class ScreenEntry(ScreenSettings):
    """The same as a file says it: times of day like "07:30"."""

    quiet_from: Minute | None = None
    quiet_to: Minute | None = None

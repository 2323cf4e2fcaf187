"""Slides as a screen gets them, as JSON. Its types have no field for a person."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from ...core.texts import T
from ...office.infos import OfficeInfo
from ..board import Frozen
from .opening import OpeningRow, opening_sheet
from .parting import parted
from .rules import SlideNow
from .store import Size


class SaidHours(Frozen):
    hours: str
    note: str


class SaidDay(Frozen):
    """A day or several: hours, or closed and why (may be empty)."""

    day: str
    hours: tuple[SaidHours, ...]
    closed: str | None
    why: str


class SaidPicture(Frozen):
    src: str
    width: int
    height: int


class SaidSlide(Frozen):
    """One slide, ready to be shown: `office` is named where the screen shows several.

    `coming` is the heading of the closures.
    """

    id: int
    kind: Literal["picture", "text", "opening"]
    seconds: int
    office: str | None
    title: str
    body: str
    picture: SaidPicture | None = None
    days: tuple[SaidDay, ...] = ()
    closures: tuple[SaidDay, ...] = ()
    coming: str = ""


class SaidSlides(Frozen):
    """What a screen shows on a local day, in order; `versions` go by office (slugs)."""

    day: date
    versions: Mapping[str, int]
    slides: tuple[SaidSlide, ...]


class Speaker:
    """Says slides in one language, long words with soft hyphens; `place` is where the screen finds
    its pictures."""

    def __init__(self, t: T, place: str, sizes: Mapping[str, Size], *, named: bool) -> None:
        self.t = t
        self.place = place
        self.sizes = sizes
        self.named = named

    def say(self, slide: SlideNow, office: OfficeInfo, day: date) -> SaidSlide:
        """One slide as of a local day. Its picture must be among the sizes."""
        content = slide.content
        said = SaidSlide(
            id=slide.id,
            kind=content.kind,
            seconds=content.seconds,
            office=self._parted(office.name) if self.named else None,
            # What is to be seen in a picture is read out, not drawn.
            title=content.title if content.kind == "picture" else self._parted(content.title),
            body=self._parted(content.body),
        )
        if content.kind == "opening":
            return said.model_copy(update=self._opening(said, office, day))
        return said.model_copy(update={"picture": self._picture(content.picture)})

    def _picture(self, digest: str | None) -> SaidPicture | None:
        if digest is None:
            return None
        size = self.sizes[digest]
        return SaidPicture(src=f"{self.place}/{digest}", width=size.width, height=size.height)

    def _opening(self, said: SaidSlide, office: OfficeInfo, day: date) -> Mapping[str, object]:
        sheet = opening_sheet(office, day, self.t)
        return {
            "title": said.title or self._parted(self.t("slides.opening.title")),
            "days": self._days(sheet.rows),
            "closures": self._days(sheet.closures),
            "coming": self.t("slides.opening.coming"),
        }

    def _days(self, rows: Iterable[OpeningRow]) -> tuple[SaidDay, ...]:
        closed = self.t("slides.opening.closed")
        return tuple(
            SaidDay(
                day=row.day,
                hours=tuple(
                    SaidHours(hours=hours, note=self._parted(note)) for hours, note in row.hours
                ),
                closed=closed if row.closed else None,
                why=self._parted(row.why),
            )
            for row in rows
        )

    def _parted(self, text: str) -> str:
        return parted(text, self.t.language)

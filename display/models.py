"""Tables of the display: slides, their pictures, urgent messages. No behaviour."""

# SQLModel declares __tablename__ as a method; a plain string is what it documents.
# pyright: reportAssignmentType=false

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

# The tables that the foreign keys point to.
from ..office import models as _office  # noqa: F401


class SlidePicture(SQLModel, table=True):
    """A picture as screens load it, found by the hash of its bytes; kept while a slide shows it.

    `small` is the same for lists of the office. `created_at` is when it was last brought.
    """

    __tablename__ = "slide_picture"

    digest: str = Field(primary_key=True, max_length=64)
    media_type: str = Field(max_length=20)
    width: int
    height: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    small: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime


class Slide(SQLModel, table=True):
    """Something an office shows between calls: a picture, a text, or its opening hours.

    Shown from `first_day` to `last_day`, both included, local days; None: without end. `position`
    is its place in the order, 1 to 40 and no two alike; None once removed, at `removed_at`.
    """

    __tablename__ = "slide"
    __table_args__ = (
        UniqueConstraint("office_id", "position"),
        CheckConstraint("kind IN ('picture', 'text', 'opening')", name="kind"),
        CheckConstraint("(kind = 'picture') = (picture IS NOT NULL)", name="picture"),
        CheckConstraint("seconds BETWEEN 5 AND 120", name="seconds"),
        CheckConstraint("position BETWEEN 1 AND 40", name="position"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    kind: str = Field(max_length=10)
    title: str = Field(default="", max_length=120)
    body: str = Field(default="", max_length=600)
    picture: str | None = Field(default=None, foreign_key="slide_picture.digest", index=True)
    seconds: int = 12
    first_day: date | None = None
    last_day: date | None = None
    active: bool = True
    position: int | None = None
    removed_at: datetime | None = None


class SlideVersion(SQLModel, table=True):
    """Grows with every change of an office's slides, so that screens know theirs are old."""

    __tablename__ = "slide_version"

    office_id: int = Field(
        primary_key=True, foreign_key="office.id", sa_column_kwargs={"autoincrement": False}
    )
    version: int


class ScreenMessage(SQLModel, table=True):
    """The urgent message of an office: over everything but a call, until it is taken down."""

    __tablename__ = "screen_message"

    office_id: int = Field(
        primary_key=True, foreign_key="office.id", sa_column_kwargs={"autoincrement": False}
    )
    text: str = Field(max_length=300)
    text_en: str | None = Field(default=None, max_length=300)
    since: datetime
    until: datetime | None = None

"""Tables of how an office calls: what changed and when, and what files last said.

The settings themselves are columns of the office, its offers and counters (`models.py`).
"""

# SQLModel declares __tablename__ as a method; a plain string is what it documents.
# pyright: reportAssignmentType=false

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

# The tables that the foreign keys point to.
from .. import models as _models  # noqa: F401


class CallingChange(SQLModel, table=True):
    """One change of how an office calls: when, and what. Who made it is not kept.

    `changed` holds a list [key, before, after] for each setting (`said.py`); `source` is
    a file's name, or None for the page.
    """

    __tablename__ = "calling_change"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    at: datetime
    source: str | None = Field(default=None, max_length=200)
    changed: list[list[object]] = Field(sa_column=Column(JSON, nullable=False))


class FileCalling(SQLModel, table=True):
    """What the files last said of how an office calls, by key."""

    __tablename__ = "file_calling"

    office_id: int = Field(foreign_key="office.id", primary_key=True)
    said: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))

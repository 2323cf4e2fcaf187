"""Tables of the hours: opening rules with their places, breaks and services; closures; changes.

No behaviour. What the hours of a day are, `rules.py` and `closures.py` say.
"""

# SQLModel declares __tablename__ as a method; a plain string is what it documents.
# pyright: reportAssignmentType=false

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Column
from sqlmodel import Field, SQLModel

# The tables that the foreign keys point to.
from .. import models as _models  # noqa: F401


class OpeningRule(SQLModel, table=True):
    """Hours on weekdays within a date range; a special one replaces all others on its days.

    `nth` keeps the 1st to 5th such weekday of a month, -1 the last; empty means every one.
    """

    __tablename__ = "opening_rule"
    __table_args__ = (
        CheckConstraint("mode IN ('appointment', 'walk_in', 'mixed')", name="mode"),
        CheckConstraint("from_minute >= 0 AND from_minute < to_minute", name="from_minute"),
        CheckConstraint("to_minute <= 1440", name="to_minute"),
        CheckConstraint("every_weeks BETWEEN 1 AND 52", name="every_weeks"),
        CheckConstraint("every_weeks = 1 OR valid_from IS NOT NULL", name="first_week"),
        CheckConstraint("slot_minutes > 0 AND slot_minutes % 5 = 0", name="slot_minutes"),
        CheckConstraint("horizon_days >= 1", name="horizon"),
        CheckConstraint("release_hours >= 1", name="release"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    weekdays: list[int] = Field(sa_column=Column(JSON, nullable=False), description="0 is Monday")
    from_minute: int = Field(description="local minutes after midnight")
    to_minute: int
    valid_from: date | None = None
    valid_to: date | None = None
    every_weeks: int = Field(default=1, description="counted from the week of valid_from")
    nth: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    mode: str = Field(max_length=12)
    special: bool = False
    slot_minutes: int | None = Field(default=None, description="else the office's")
    lead_minutes: int | None = Field(default=None, description="else the office's")
    horizon_days: int | None = Field(default=None, description="else the office's")
    release_hours: int | None = Field(
        default=None, description="held back places become public this long before it begins"
    )


class OpeningRulePool(SQLModel, table=True):
    """How many places an opening rule gives in a pool, for the public and in total."""

    __tablename__ = "opening_rule_pool"
    __table_args__ = (
        CheckConstraint("public_places >= 0 AND public_places <= total_places", name="places"),
        CheckConstraint("total_places <= 99", name="total"),
        CheckConstraint(
            "held_back_places >= 0 AND held_back_places <= public_places", name="held_back"
        ),
    )

    rule_id: int = Field(foreign_key="opening_rule.id", primary_key=True)
    pool_id: int = Field(foreign_key="pool.id", primary_key=True)
    public_places: int
    total_places: int
    held_back_places: int = Field(default=0, description="of the public ones, until the release")


class OpeningRuleOffer(SQLModel, table=True):
    """An offer that an opening rule is for; a rule without any is for all."""

    __tablename__ = "opening_rule_offer"

    rule_id: int = Field(foreign_key="opening_rule.id", primary_key=True)
    offer_id: int = Field(foreign_key="offer.id", primary_key=True)


class OpeningRuleBreak(SQLModel, table=True):
    """A break within the hours of a rule."""

    __tablename__ = "opening_rule_break"
    __table_args__ = (
        CheckConstraint("from_minute >= 0 AND from_minute < to_minute", name="from_minute"),
        CheckConstraint("to_minute <= 1440", name="to_minute"),
    )

    rule_id: int = Field(foreign_key="opening_rule.id", primary_key=True)
    from_minute: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    to_minute: int


class Closure(SQLModel, table=True):
    """When an office, or all offices of a municipality, is closed, with the reason.

    Once from `first_day` to `last_day`; or for `days` days from a date of each year, or from a
    distance to Easter Sunday; or on every bridge day between a holiday and a weekend.
    """

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("(office_id IS NULL) <> (municipality_id IS NULL)", name="whose"),
        CheckConstraint("kind IN ('once', 'each_year', 'easter', 'bridge')", name="kind"),
        CheckConstraint("(kind = 'once') = (first_day IS NOT NULL)", name="first_day"),
        CheckConstraint("(kind = 'once') = (last_day IS NOT NULL)", name="last_day"),
        CheckConstraint("(kind = 'each_year') = (month IS NOT NULL)", name="month"),
        CheckConstraint("(kind = 'each_year') = (month_day IS NOT NULL)", name="month_day"),
        CheckConstraint("(kind = 'easter') = (easter_offset IS NOT NULL)", name="easter"),
        CheckConstraint("first_day <= last_day", name="order"),
        CheckConstraint("days BETWEEN 1 AND 31", name="days"),
        CheckConstraint("from_minute >= 0 AND from_minute < to_minute", name="from_minute"),
        CheckConstraint("to_minute <= 1440", name="to_minute"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    municipality_id: int | None = Field(default=None, foreign_key="municipality.id", index=True)
    kind: str = Field(default="once", max_length=9)
    first_day: date | None = None
    last_day: date | None = None
    month: int | None = None
    month_day: int | None = None
    easter_offset: int | None = Field(default=None, description="days after Easter Sunday")
    days: int = 1
    from_minute: int = Field(default=0, description="local minutes after midnight")
    to_minute: int = 1440
    reason: str = Field(max_length=200)
    reason_en: str | None = Field(default=None, max_length=200)


class HoursChange(SQLModel, table=True):
    """One change of an office's hours, or of the closures of a town: who, when, what.

    `removed` and `added` hold tables as a file would write them (`said.py`), each under
    "rule" or "closure". By staff on a page, or from `source`: a file's name, or the shell.
    """

    __tablename__ = "hours_change"
    __table_args__ = (
        CheckConstraint("(office_id IS NULL) <> (municipality_id IS NULL)", name="whose"),
        CheckConstraint("(staff_id IS NULL) <> (source IS NULL)", name="by"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    municipality_id: int | None = Field(default=None, foreign_key="municipality.id", index=True)
    at: datetime
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    source: str | None = Field(default=None, max_length=200)
    takes_back: int | None = Field(default=None, description="the change that this one takes back")
    removed: list[dict[str, object]] = Field(sa_column=Column(JSON, nullable=False))
    added: list[dict[str, object]] = Field(sa_column=Column(JSON, nullable=False))


class FileHours(SQLModel, table=True):
    """What the files last said of an office's hours, or of the closures of a town.

    What the tables hold beside it, pages or commands have said; what they lack of it, too.
    """

    __tablename__ = "file_hours"
    __table_args__ = (
        CheckConstraint("(office_id IS NULL) <> (municipality_id IS NULL)", name="whose"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int | None = Field(default=None, foreign_key="office.id", unique=True)
    municipality_id: int | None = Field(default=None, foreign_key="municipality.id", unique=True)
    said: list[dict[str, object]] = Field(sa_column=Column(JSON, nullable=False))

"""What a master data file may say about opening hours and closures: shapes, strictly checked.

What only an office as a whole shows (that hours do not overlap) is checked in `check_hours.py`.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from ..hours.dates import LAST
from ..hours.usual_closures import USUAL, Usual
from .entry_fields import (
    STRICT,
    WEEKDAYS,
    Day,
    DayOfYear,
    Lead,
    Minute,
    Mode,
    Nth,
    PlaceCount,
    SlotMinutes,
    Slug,
    Text200,
    Weekday,
)


class HoursEntry(BaseModel):
    """Base of what stands inside an office's hours."""

    model_config = STRICT


class PlacesEntry(HoursEntry):
    """How many appointments may run at once: for the public, and with what staff may add.

    `held_back` of the public ones are kept until the rule's release.
    """

    public: PlaceCount
    total: PlaceCount
    held_back: PlaceCount = 0

    @model_validator(mode="after")
    def _public_within_total(self) -> Self:
        if self.public > self.total:
            raise ValueError("public places cannot exceed the total")
        if self.held_back > self.public:
            raise ValueError("places held back cannot exceed the public ones")
        return self


def _places(value: object) -> object:
    """A bare number is as many for the public as in total."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return {"public": value, "total": value} if is_number else value


Places = Annotated[PlacesEntry, BeforeValidator(_places)]


class BreakEntry(HoursEntry):
    start: Minute = Field(alias="from")
    end: Minute = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start >= self.end:
            raise ValueError("must end after it begins")
        return self


class OpeningEntry(HoursEntry):
    """`nth` keeps the 1st to 5th or the last such weekday of each month; `services` some only."""

    days: list[Weekday] = Field(default=list(WEEKDAYS), min_length=1)
    start: Minute = Field(alias="from")
    end: Minute = Field(alias="to")
    mode: Mode
    places: Places | None = None
    pools: dict[Slug, Places] = {}
    services: list[Slug] | None = Field(default=None, min_length=1)
    breaks: list[BreakEntry] = []
    valid_from: Day | None = None
    valid_to: Day | None = None
    every_weeks: int = Field(default=1, ge=1, le=52)
    nth: list[Nth] = []
    special: bool = False
    slot_minutes: SlotMinutes | None = None
    lead_minutes: Lead | None = None
    horizon_days: int | None = Field(default=None, ge=1, le=730)
    release_hours: int | None = Field(default=None, ge=1, le=8_784)

    @model_validator(mode="after")
    def _days_agree(self) -> Self:
        if self.start >= self.end:
            raise ValueError("must end after it begins")
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_to lies before valid_from")
        if len(set(self.days)) < len(self.days):
            raise ValueError("names a weekday twice")
        if self.special and not (self.valid_from and self.valid_to):
            raise ValueError("special hours need valid_from and valid_to")
        if self.every_weeks > 1 and self.valid_from is None:
            raise ValueError("every_weeks needs valid_from: its week is the first")
        return self

    @model_validator(mode="after")
    def _places_agree(self) -> Self:
        if self.mode == "walk_in" and (self.places is not None or self.pools):
            raise ValueError("hours for walk-ins alone have no places")
        if self.mode != "walk_in" and self.places is None:
            raise ValueError("hours with appointments need places")
        every = [*self.pools.values(), *([self.places] if self.places else [])]
        if any(places.held_back for places in every) != (self.release_hours is not None):
            raise ValueError("held_back places and release_hours belong together")
        booking = (self.slot_minutes, self.lead_minutes, self.horizon_days)
        if self.mode == "walk_in" and any(value is not None for value in booking):
            raise ValueError("hours for walk-ins alone have nothing to book")
        return self

    @model_validator(mode="after")
    def _breaks_lie_inside(self) -> Self:
        end = self.start
        for one in self.breaks:
            if one.start <= end or one.end >= self.end:
                raise ValueError("breaks must lie within the hours, one after the other")
            end = one.end
        return self

    @property
    def nth_numbers(self) -> tuple[int, ...]:
        return tuple(sorted({LAST if number == "last" else number for number in self.nth}))


class ClosureEntry(HoursEntry):
    """Says in one way when: `first_day`, `each_year`, `easter`, `bridge_days`, or a usual one.

    What a usual one leaves to be said (its hours, its reason, for some its day) may be said here.
    """

    usual: Usual | None = None
    first_day: Day | None = None
    last_day: Day | None = None
    each_year: DayOfYear | None = None
    easter: int | None = Field(default=None, ge=-80, le=200)
    bridge_days: bool = False
    days: int = Field(default=1, ge=1, le=31)
    start: Minute | None = Field(default=None, alias="from")
    end: Minute | None = Field(default=None, alias="to")
    reason: Text200 | None = None
    reason_en: Text200 | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.first_day is not None, self.each_year is not None]
        ways += [self.easter is not None, self.bridge_days]
        if self.usual is not None and USUAL[self.usual].has_day:
            if any(ways):
                raise ValueError(f'"{self.usual}" says by itself when it is')
        elif sum(ways) != 1:
            raise ValueError(
                "says when in one way: first_day, each_year, easter, bridge_days or usual"
            )
        return self

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.last_day is not None and (self.first_day is None or self.last_day < self.first_day):
            raise ValueError("last_day lies before first_day")
        if self.days > 1 and self.each_year is None and self.easter is None:
            raise ValueError("days belongs to each_year or easter; else say last_day")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError("must end after it begins")
        if self.usual is None and self.reason is None:
            raise ValueError("needs a reason")
        return self

    @property
    def until(self) -> date | None:
        return self.last_day or self.first_day

"""Field types of a master data file: times, days, letters, texts, addresses.

Each refuses with a sentence that the person who writes the file understands.
"""

import re
from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from ...core.colours import carries_action, carries_call
from ...core.inputs import Line

# Of all entries: unknown keys are mistakes, values are not converted.
STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

Channel = Literal["on_site", "phone", "video"]
Mode = Literal["appointment", "walk_in", "mixed"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Arrow = Literal["left", "right", "ahead", "up", "down", "none"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# I, O and Q are mistaken for figures, M and W are too wide for the board; T marks appointments,
# P numbers that were given out on paper.
LETTERS = "ABCDEFGHJKLNRSUVXYZ"

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_DAY_OF_YEAR = re.compile(r"(\d\d)\.(\d\d)\.")


def _minute(value: object) -> int:
    """Minutes after midnight of "07:30" or of a TOML time; a bare number is not a time."""
    text = value.strftime("%H:%M") if isinstance(value, time) else value
    found = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError('must be a time of day like "07:30"')
    minute = 1440 if found[1] is None else int(found[1]) * 60 + int(found[2])
    if minute % 5:
        raise ValueError("must be a multiple of 5 minutes")
    return minute


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("must be a day like 2026-11-23, without quotation marks")


def _day_of_year(value: object) -> tuple[int, int]:
    """Month and day of "24.12."."""
    found = _DAY_OF_YEAR.fullmatch(value) if isinstance(value, str) else None
    try:
        # A leap year, so that 29.02. is a day: it then comes every fourth year.
        day = date(2028, int(found[2]), int(found[1])) if found else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError('must be a day of the year like "24.12."')
    return day.month, day.day


def _nth(value: object) -> object:
    if value == "last" or (type(value) is int and 1 <= value <= 5):
        return value
    raise ValueError('must be 1, 2, 3, 4, 5 or "last"')


def _head_start(value: object) -> object:
    if type(value) is int and ((0 <= value <= 60 and value % 5 == 0) or value == 1440):
        return value
    raise ValueError("must be 0 to 60 in steps of 5, or 1440 for appointments strictly first")


def _letter(value: object) -> str:
    if value == "T":
        raise ValueError("T marks appointments and cannot be the letter of a service")
    if value == "P":
        raise ValueError("P marks numbers on paper and cannot be the letter of a service")
    if not isinstance(value, str) or len(value) != 1 or value not in LETTERS:
        raise ValueError(f"must be one of the letters {' '.join(LETTERS)}")
    return value


def _pattern(pattern: str, like: str) -> AfterValidator:
    """A check that answers with an example instead of a regular expression."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(f"must look like {like}")
        return value

    return AfterValidator(check)


def _bounded(longest: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=longest)


Text12 = Annotated[str, Line(12)]
Text30 = Annotated[str, Line(30)]
Text80 = Annotated[str, Line(80)]
Text120 = Annotated[str, Line(120)]
Text200 = Annotated[str, Line(200)]
Text300 = Annotated[str, Line(300)]
Slug = Annotated[str, _bounded(60), _pattern(r"[a-z0-9]+(-[a-z0-9]+)*", "neu-anspach")]
Icon = Annotated[str, _bounded(40), _pattern(r"[a-z0-9]+(-[a-z0-9]+)*", "id-card")]
Login = Annotated[str, _bounded(80), _pattern(r"[a-z0-9][a-z0-9.@_+-]*", "b.becker")]
Url = Annotated[str, _bounded(300), _pattern(r"https://[^\s/]+\.\S+", "https://www.example.de/")]
Email = Annotated[str, _bounded(320), _pattern(r"[^@\s]+@[^@\s]+\.[^@\s]+", "amt@example.de")]
Exempt = Annotated[
    str, _bounded(320), _pattern(r"([^@\s]+)?@[^@\s]+\.[^@\s]+|[0-9+]{4,20}", "@example.de")
]
Origin = Annotated[
    str, _bounded(200), _pattern(r"(?a)https://[\w.-]+(:\d+)?", "https://www.example.de")
]
Phone = Annotated[str, _bounded(40), _pattern(r"[0-9+()/ -]{4,}", "06081 1024-0")]
Postcode = Annotated[str, _pattern(r"\d{5}", "61250")]
Leika = Annotated[str, _pattern(r"99\d{12}", "99000000000000, 14 digits")]
Colour = Annotated[
    str, _bounded(40), _pattern(r"#[0-9a-fA-F]{6}|oklch\([0-9.% ]+\)", "#1b3a8a or oklch(…)")
]
CallColour = Annotated[Colour, AfterValidator(carries_call)]
ActionColour = Annotated[Colour, AfterValidator(carries_action)]
Minute = Annotated[int, BeforeValidator(_minute)]
DayOfYear = Annotated[tuple[int, int], BeforeValidator(_day_of_year)]
Nth = Annotated[int | Literal["last"], BeforeValidator(_nth)]
Day = Annotated[date, BeforeValidator(_day)]
HeadStart = Annotated[int, BeforeValidator(_head_start)]
PerDay = Annotated[int, Field(ge=0, le=999)]
Letter = Annotated[str, BeforeValidator(_letter)]
Minutes = Annotated[int, Field(ge=1, le=480)]
MoreMinutes = Annotated[int, Field(ge=0, le=480)]
Lead = Annotated[int, Field(ge=0, le=527_040)]
SlotMinutes = Annotated[int, Field(ge=5, le=240, multiple_of=5)]
SpokenLanguage = Literal["en", "uk", "tr", "ar"]
PlaceCount = Annotated[int, Field(ge=0, le=99)]
State = Literal[
    "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"
]

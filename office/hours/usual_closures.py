"""The closures that German town halls have every year, by the names a master data file may use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Usual = Literal[
    "heiligabend",
    "silvester",
    "rosenmontag",
    "fastnachtsdienstag",
    "brueckentage",
    "personalversammlung",
]


@dataclass(frozen=True, slots=True)
class UsualClosure:
    """When and why. One without a day of its own needs it said in the file."""

    reason: str
    reason_en: str
    month_and_day: tuple[int, int] | None = None
    easter: int | None = None
    bridge: bool = False
    from_minute: int = 0

    @property
    def has_day(self) -> bool:
        return self.month_and_day is not None or self.easter is not None or self.bridge


USUAL: Mapping[Usual, UsualClosure] = {
    "heiligabend": UsualClosure("Heiligabend", "Christmas Eve", (12, 24)),
    "silvester": UsualClosure("Silvester", "New Year's Eve", (12, 31)),
    "rosenmontag": UsualClosure("Rosenmontag", "Carnival Monday", easter=-48),
    "fastnachtsdienstag": UsualClosure(
        "Fastnachtsdienstag", "Shrove Tuesday", easter=-47, from_minute=12 * 60
    ),
    "brueckentage": UsualClosure("Brückentag", "Day between holiday and weekend", bridge=True),
    "personalversammlung": UsualClosure("Personalversammlung", "Staff meeting"),
}

assert set(USUAL) == set(get_args(Usual))

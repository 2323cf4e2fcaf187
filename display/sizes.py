"""How large a screen's letters are, how many rows fit, and from where they are read. Pure.

The rule (docs/screens.md): capitals are at least as high as the distance divided by 155. Lengths of
the page are in rem, 1/67.5 of a landscape screen's height and of an upright one's width, so that
they do not depend on the resolution; the stylesheets carry the same figures, and a test measures
them in the rendered page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, hypot
from typing import Final, Literal

from ..office.devices.screen_settings import Layout, ScreenSettings

Shape = Literal["landscape", "upright"]
Place = tuple[Layout, Shape]
SHAPES: Final[tuple[Shape, ...]] = ("landscape", "upright")

# Of the em, measured in Source Sans: how high capitals are.
CAPITALS = 0.66
DISTANCE_PER_CAPITAL = 155
MILLIMETRES_PER_INCH = 25.4
WIDE, HIGH = 16, 9
REM_PER_SHORT_SIDE = 67.5
LEAST_ROWS, MOST_ROWS = 2, 8
# A row that misses its height by so little is read all the same.
NEARLY = 1.01
# Rem of a row where nobody says how far away people sit: read from ten metres at 55 inches.
# A row of the layout by room is read by whoever looks for one counter, and there are more of them.
USUAL_ROW, USUAL_ROOM = 9.2, 7.5
# Rather than hide a counter they shrink to this: whoever looks for one comes nearer.
LEAST_ROOM = 4.5

# Type sizes in rem that are the same on every screen of a layout: the called number, its place.
NUMBER: Mapping[Place, float] = {
    ("calls", "landscape"): 30.5,
    ("waiting", "landscape"): 30.5,
    ("slides", "landscape"): 24.5,
    ("rooms", "landscape"): 25.0,
    ("calls", "upright"): 26.5,
    ("waiting", "upright"): 26.5,
    ("slides", "upright"): 25.5,
    ("rooms", "upright"): 26.5,
}
PLACE: Mapping[Place, float] = {
    place: 23.0 if place[0] == "slides" else 25.0 if size > 30 else 24.4
    for place, size in NUMBER.items()
}
RANGE, NOTE = 4.5, 2.25

# What the rows of past calls (or counters) share, in rem, and how high one becomes at most: then
# the number and a place of two figures fill the width.
LIST: Mapping[Place, float] = {
    ("calls", "landscape"): 48.75,
    ("waiting", "landscape"): 41.0,
    ("slides", "landscape"): 19.5,
    ("rooms", "landscape"): 41.0,
    ("calls", "upright"): 45.0,
    ("waiting", "upright"): 38.0,
    ("slides", "upright"): 19.0,
    ("rooms", "upright"): 38.0,
}
HIGHEST_ROW: Mapping[Place, float] = {
    ("calls", "landscape"): 9.75,
    ("waiting", "landscape"): 9.75,
    ("slides", "landscape"): 9.75,
    ("rooms", "landscape"): 8.2,
    ("calls", "upright"): 12.0,
    ("waiting", "upright"): 12.0,
    ("slides", "upright"): 9.5,
    ("rooms", "upright"): 10.0,
}
# What several offices and the next numbers take from the rows.
NEXT_LINE = 4.5
OFFICES: Mapping[Place, tuple[float, ...]] = {
    ("waiting", "landscape"): (0, 0, 5.4, 11.1, 16.8),
    ("rooms", "landscape"): (0, 0, 3.1, 7.0, 10.9),
    ("waiting", "upright"): (0, 0, 2.7, 6.4, 10.1),
    ("rooms", "upright"): (0, 0, 2.7, 6.4, 10.1),
}
# The line by room that says how many counters have no row.
MORE_LINE = 2.75
# Count and range of more of them would be too small to read, or leave no room for calls.
MOST_OFFICES = 4

# Where the half with the call ends: across on a landscape screen, down on an upright one.
SPLIT: Mapping[Place, float] = {
    ("calls", "landscape"): 77.0,
    ("waiting", "landscape"): 77.0,
    ("slides", "landscape"): 64.0,
    ("rooms", "landscape"): 64.0,
    ("calls", "upright"): 63.0,
    ("waiting", "upright"): 63.0,
    ("slides", "upright"): 65.5,
    ("rooms", "upright"): 63.0,
}


@dataclass(frozen=True, slots=True)
class Fit:
    """Rows that fit on a screen, rem of one of them, and whether it is read from `metres`.

    By room, so many counters have no row at a time (`hidden`).
    """

    rows: int
    row: float
    enough: bool
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """The farthest distance, in metres, from which each part of a layout is read."""

    number: float
    place: float
    rows: float
    range: float
    note: float


def least_capital(metres: float) -> float:
    """Millimetres that capitals need to be read from so far."""
    return metres * 1000 / DISTANCE_PER_CAPITAL


def rem_millimetres(inches: float) -> float:
    """How long a rem is on a 16:9 screen of this diagonal, however it hangs."""
    return _short_side(inches) / REM_PER_SHORT_SIDE


def list_height(layout: Layout, shape: Shape, offices: int, *, next_numbers: bool) -> float:
    """Rem for all rows together."""
    height = LIST[layout, shape]
    if layout == "slides":
        return height  # its foot stands in the other half
    if next_numbers:
        height -= NEXT_LINE if layout == "calls" or offices > 1 or shape == "upright" else 2.0
    if layout != "calls":
        height -= OFFICES[layout, shape][offices] if has_figures(offices) else 0
    return height


def has_figures(offices: int) -> bool:
    """Whether so many offices can each have their count and range on one screen."""
    return offices <= MOST_OFFICES


def row_height(layout: Layout, shape: Shape, height: float, rows: int) -> float:
    """Rem of one row, which is also the type size of its number."""
    return min(HIGHEST_ROW[layout, shape], height / rows)


def fit(screen: ScreenSettings, shape: Shape, offices: int = 1, counters: int = 0) -> Fit:
    """As many rows as can be read from the screen's `metres`, or of the usual height.

    By room, the usual height gives way until each of the `counters` has its row, if that can be.
    """
    height = list_height(screen.layout, shape, offices, next_numbers=screen.next_numbers)
    given = screen.metres is not None and screen.inches is not None
    needed = _needed(screen)
    rows, hidden = _rows(screen.layout, height, needed), 0
    if screen.layout == "rooms" and screen.parts == 1 and counters > rows:
        least = needed if given else LEAST_ROOM
        rows = min(counters, _rows(screen.layout, height, least))
        if rows < counters:
            height -= MORE_LINE
            rows = _rows(screen.layout, height, least)
        hidden = counters - rows
    row = row_height(screen.layout, shape, height, rows)
    return Fit(rows, row, enough=not given or row * NEARLY >= needed, hidden=hidden)


def reach(layout: Layout, shape: Shape, inches: float, row: float) -> Reach:
    """From how far away a layout is read on a screen of this diagonal, with rows of this height."""
    place = (layout, shape)
    sizes = (NUMBER[place], PLACE[place], row, RANGE, NOTE)
    one = rem_millimetres(inches) * CAPITALS * DISTANCE_PER_CAPITAL / 1000
    return Reach(*(round(size * one, 1) for size in sizes))


def _needed(screen: ScreenSettings) -> float:
    """Rem of a row that is read from the farthest seat, of a usual one if nobody said where."""
    if screen.metres is None or screen.inches is None:
        return USUAL_ROOM if screen.layout == "rooms" else USUAL_ROW
    return least_capital(screen.metres) / CAPITALS / rem_millimetres(screen.inches)


def _rows(layout: Layout, height: float, least: float) -> int:
    """How many rows of about this height there are."""
    most = 2 if layout == "slides" else MOST_ROWS
    return max(LEAST_ROWS, min(most, floor(height * NEARLY / least)))


def _short_side(inches: float) -> float:
    """Millimetres of the shorter side of a 16:9 screen."""
    return inches * MILLIMETRES_PER_INCH * HIGH / hypot(WIDE, HIGH)

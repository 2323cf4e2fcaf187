"""A small picture of a screen, and what its size allows, from the figures in `sizes.py`. Pure.

Lengths are those of the page: rem, 1/67.5 of the shorter side. The picture shows a call, as that is
what it has to show best; `templates/screens_preview.html` draws it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ...office.devices.screen_settings import ScreenSettings
from ..sizes import CAPITALS, NUMBER, PLACE, SPLIT, Fit, Shape, fit, has_figures, reach

WIDE, HIGH = 120.0, 67.5
_MARGIN = 4.0
# Of the em: a letter, a gap and three figures.
_NUMBER_WIDTH = 2.2

# What a size allows where nobody says how large the screen is.
USUAL_INCHES, USUAL_METRES = 55.0, 10.0


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list: where its lower edge is, and which of the sample calls it shows."""

    y: float
    sample: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Sizes and places in rem. `end` is where number and place end, `list_x` and `list_end`
    bound the rows, `row` is their type size."""

    shape: Shape
    layout: str
    width: float
    height: float
    split: float
    number: float
    number_y: float
    place: float
    place_y: float
    end: float
    row: float
    list_x: float
    list_end: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a screen's size allows: how many rows, and metres from which each part is read.

    `enough` says whether all of it is read from where the farthest person sits; `given` is False
    when nobody said how large the screen is, and usual sizes were taken. `crowded`: more counters
    than rows; `too_many`: more offices than can have their own count and range.
    """

    rows: int
    number: float
    list: float
    metres: float
    inches: float
    enough: bool
    given: bool
    crowded: bool = False
    too_many: bool = False


def shape_of(width: int, height: int) -> Shape:
    """How a screen hangs that says it has so many pixels."""
    return "upright" if height > width else "landscape"


def picture_of(screen: ScreenSettings, shape: Shape, offices: int = 1) -> Picture:
    """What a screen with these settings looks like while a call is shown."""
    landscape = shape == "landscape"
    width, height = (WIDE, HIGH) if landscape else (HIGH, WIDE)
    split = SPLIT[screen.layout, shape]
    number, place = NUMBER[screen.layout, shape], PLACE[screen.layout, shape]
    fits = fit(screen, shape, offices)
    with_list_below = screen.layout == "slides"
    top = _lockup_top(split if not landscape else height, number, place, high=with_list_below)
    number_y = top + number * CAPITALS
    place_y = number_y + 5 + place * CAPITALS
    left = landscape and not with_list_below
    list_x = split + _MARGIN - 0.5 if left else _MARGIN
    list_end = split - _MARGIN if with_list_below and landscape else width - _MARGIN
    first = place_y + 2.5 if with_list_below else _list_top(landscape, split, height, fits)
    return Picture(
        shape,
        screen.layout,
        width,
        height,
        split,
        number,
        number_y,
        place,
        place_y,
        round(_MARGIN - 0.5 + number * _NUMBER_WIDTH, 2),
        fits.row,
        list_x,
        list_end,
        tuple(_lines(first, fits)),
    )


def allowed_by(
    screen: ScreenSettings, shape: Shape, offices: int = 1, counters: int = 0
) -> Allowed:
    """What the size of a screen allows in its layout; `counters` are those it shows."""
    fits = fit(screen, shape, offices, counters)
    given = screen.inches is not None and screen.metres is not None
    inches, metres = screen.inches or USUAL_INCHES, screen.metres or USUAL_METRES
    reached = reach(screen.layout, shape, inches, fits.row)
    return Allowed(
        rows=fits.rows,
        number=reached.number,
        list=reached.rows,
        metres=metres,
        inches=inches,
        enough=fits.enough and reached.number >= metres,
        given=given,
        crowded=fits.hidden > 0,
        too_many=screen.layout != "calls" and not has_figures(offices),
    )


def _lockup_top(height: float, number: float, place: float, *, high: bool) -> float:
    """Rem above the number: little where rows follow, else the whole stands in the middle."""
    taken = (number + place) * CAPITALS + 5
    return 4.5 if high else max(7.0, (height - taken) / 2 + 0.5)


def _list_top(landscape: bool, split: float, height: float, fits: Fit) -> float:
    """Rows stand in the middle beside a call, and at the top below one."""
    return (height - fits.rows * fits.row) / 2 + 1 if landscape else split + 3.5


def _lines(first: float, fits: Fit) -> Iterator[Line]:
    for place in range(fits.rows):
        yield Line(round(first + (place + 1) * fits.row, 2), place)

"""Draws the picture on the demo's slides: morning over the hills, in the colour of a town.

Everything in it is reckoned here; nothing is taken from anywhere.
"""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from math import pi, sin
from typing import TYPE_CHECKING

from ...core.colours import srgb

if TYPE_CHECKING:
    from PIL.Image import Image

SIZE = (1920, 1200)
SMOOTH = 2  # drawn so many times larger, for edges without steps
# As in core/static/tokens.css, for a town without colours of its own.
ACTION = "oklch(42.84% 0.1689 265.02)"
SKY_ABOVE, SKY_BELOW, NIGHT = "oklch(93% 0.035 250)", "oklch(97.5% 0.018 60)", "oklch(21% 0.05 277)"
STEP = 8

# From far to near: how high a ridge stands, how far it swings, how often, where it begins; how much
# of the town's colour it has, and of the night.
RIDGES = (
    (0.50, 0.050, 1.3, 0.4, 0.16, 0.0),
    (0.58, 0.060, 1.0, 2.6, 0.32, 0.0),
    (0.67, 0.050, 1.6, 4.4, 0.55, 0.0),
    (0.75, 0.065, 0.9, 1.1, 0.85, 0.0),
    (0.86, 0.045, 1.2, 3.3, 1.0, 0.42),
)
# Houses on the last ridge, as shares of the width: where, how wide, how high the wall and the roof.
HOUSES = (
    (0.048, 0.050, 0.016, 0.026),
    (0.092, 0.060, 0.026, 0.030),
    (0.146, 0.050, 0.018, 0.028),
    (0.192, 0.026, 0.082, 0.052),  # the tower of the town hall
    (0.212, 0.096, 0.034, 0.036),
    (0.302, 0.052, 0.020, 0.028),
    (0.348, 0.064, 0.014, 0.030),
    (0.424, 0.044, 0.010, 0.024),
)
SUN = (0.66, 0.36, 0.085)
COLOUR = tuple[int, int, int]


@cache
def morning(colour: str | None) -> bytes:
    """A PNG in the town's colour (`#1b3a8a`, `oklch(…)` or None); the same for the same colour."""
    from PIL import ImageDraw

    width, height = (side * SMOOTH for side in SIZE)
    town = srgb(colour or ACTION)
    image = _sky(width, height)
    pen = ImageDraw.Draw(image)
    across, down, radius = (share * width for share in (SUN[0], SUN[1] * height / width, SUN[2]))
    pen.ellipse((across - radius, down - radius, across + radius, down + radius), srgb(SKY_BELOW))
    for level, swing, often, begin, share, night in RIDGES:
        line = _ridge(level * height, swing * height, often, begin, width)
        tone = mixed(mixed(srgb(SKY_ABOVE), town, share), srgb(NIGHT), night)
        if night:
            for house in HOUSES:
                pen.polygon(_house(house, line, width), tone)
        points = [(x, line(x)) for x in range(0, width + STEP, STEP)]
        pen.polygon([(0, height), *points, (width, height)], tone)
    out = BytesIO()
    image.reduce(SMOOTH).save(out, "PNG", compress_level=1)
    return out.getvalue()


def mixed(one: COLOUR, other: COLOUR, share: float) -> COLOUR:
    """So much of the other in the one."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _sky(width: int, height: int) -> "Image":
    """Cool above, with the warmth of the morning where it meets the hills."""
    from PIL import Image

    above, below = srgb(SKY_ABOVE), srgb(SKY_BELOW)
    low = round(height * RIDGES[1][0])
    column = Image.new("RGB", (1, height))
    for y in range(height):
        column.putpixel((0, y), mixed(above, below, min(1.0, y / low)))
    sky = Image.new("RGB", (width, height))
    for x in range(width):
        sky.paste(column, (x, 0))
    return sky


def _ridge(
    level: float, swing: float, often: float, begin: float, width: int
) -> Callable[[float], float]:
    def line(x: float) -> float:
        turn = 2 * pi * often * x / width + begin
        return level - swing * (0.7 * sin(turn) + 0.3 * sin(2.3 * turn + begin))

    return line


def _house(
    house: tuple[float, float, float, float], line: Callable[[float], float], width: int
) -> list[tuple[float, float]]:
    """Wall and gable, standing in the hill."""
    left, wide, wall, roof = (share * width for share in house)
    right, middle = left + wide, left + wide / 2
    eaves, foot = line(middle) - wall, line(middle) + wide
    over = wide * 0.03
    gable = [(left - over, eaves), (middle, eaves - roof), (right + over, eaves)]
    return [(left, foot), (left, eaves), *gable, (right, eaves), (right, foot)]

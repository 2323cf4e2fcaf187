"""Colours as master data say them, and the contrast between two of them (WCAG 2.2). Pure."""

import re
from math import cos, radians, sin

_HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_OKLCH = re.compile(r"oklch\(\s*([0-9.]+)(%?)\s+([0-9.]+)\s+([0-9.]+)\s*\)")

# As in static/tokens.css.
CALL_INK = "oklch(21% 0.035 277)"
SURFACE, SURFACE_HUED = "#ffffff", "oklch(96.5% 0.005 278)"
LEAST_CONTRAST = 7.0


def contrast(one: str, other: str) -> float:
    """1 to 21 between two colours like `#1b3a8a` or `oklch(42% 0.16 265)`; else ValueError."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white); ValueError for what is not a colour."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def srgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, each 0 to 255, as a screen shows the colour."""
    red, green, blue = (round(255 * _to_gamma(value)) for value in _linear(colour))
    return red, green, blue


def carries_call(colour: str) -> str:
    """The colour itself; ValueError when a number on it cannot be read well enough."""
    return _checked(colour, "for a number on it", CALL_INK)


def carries_action(colour: str) -> str:
    """The same for the text on a button and for a link on either ground."""
    return _checked(colour, "beside white", SURFACE, SURFACE_HUED)


def _checked(colour: str, where: str, *others: str) -> str:
    least = min(contrast(colour, other) for other in others)
    if least < LEAST_CONTRAST:
        raise ValueError(f"must have a contrast of at least 7:1 {where}, has {least:.1f}:1")
    return colour


def _linear(colour: str) -> tuple[float, float, float]:
    """Linear sRGB, each 0 to 1; what a screen cannot show is cut to what it can."""
    if found := _HEX.fullmatch(colour):
        red, green, blue = (_from_gamma(int(part, 16) / 255) for part in found.groups())
        return red, green, blue
    if not (found := _OKLCH.fullmatch(colour)):
        raise ValueError(f"not a colour: {colour}")
    light = float(found[1]) / (100 if found[2] else 1)
    hue, chroma = radians(float(found[4])), float(found[3])
    return _from_oklab(light, chroma * cos(hue), chroma * sin(hue))


def _from_gamma(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _to_gamma(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _from_oklab(light: float, a: float, b: float) -> tuple[float, float, float]:
    """CSS Color 4, "Converting Oklab colors"."""
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, value)) for value in (red, green, blue))
    return red, green, blue

"""Contrast as WCAG defines it, and which colours a town may choose."""

import pytest

from aufruf.core.colours import CALL_INK, carries_action, carries_call, contrast, srgb


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("oklch(0.628 0.2577 29.23)", "#ffffff", 4.0),  # the same red
        (CALL_INK, "oklch(86.5% 0.165 89)", 11.7),
    ],
)
def test_contrast_is_that_of_the_standard(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.06)
    assert contrast(one, other) == contrast(other, one)


def test_colours_are_said_as_a_screen_shows_them() -> None:
    assert srgb("#1b3a8a") == (27, 58, 138)
    assert srgb("oklch(0.628 0.2577 29.23)") == (255, 0, 0)


def test_town_may_choose_what_is_read_well() -> None:
    assert carries_call("oklch(86.5% 0.165 89)") == "oklch(86.5% 0.165 89)"
    assert carries_action("#1b3a8a") == "#1b3a8a"
    with pytest.raises(ValueError, match=r"at least 7:1 for a number on it, has 1\.7:1"):
        carries_call("#1b3a8a")
    with pytest.raises(ValueError, match=r"at least 7:1 beside white, has"):
        carries_action("#3b7dd8")
    with pytest.raises(ValueError, match="not a colour"):
        carries_call("oklch(86.5% 89)")

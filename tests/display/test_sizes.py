"""From where a screen is read, and what fits on it."""

from math import ceil

import pytest

from aufruf.display.sizes import (
    LEAST_ROOM,
    LEAST_ROWS,
    MOST_ROWS,
    NEARLY,
    SHAPES,
    fit,
    least_capital,
    reach,
    rem_millimetres,
)
from aufruf.office.devices.screen_settings import Layout, ScreenSettings

LAYOUTS: tuple[Layout, ...] = ("calls", "waiting", "slides", "rooms")


def test_letters_are_as_high_as_the_rule_says() -> None:
    """Ten metres before 55 inches of full HD: 102 pixels."""
    assert least_capital(10) == pytest.approx(64.5, abs=0.1)
    assert rem_millimetres(55) == pytest.approx(685 / 67.5, abs=0.02)
    assert ceil(least_capital(10) / rem_millimetres(55) * 1080 / 67.5) == 102


def test_ten_metres_before_55_inches_read_the_four_rows_of_the_usual_layout() -> None:
    screen = ScreenSettings(layout="waiting", metres=10, inches=55)
    fits = fit(screen, "landscape")
    assert (fits.rows, fits.row, fits.enough) == (4, 9.75, True)
    assert reach("waiting", "landscape", 55, fits.row).rows == pytest.approx(10.1)


def test_without_sizes_the_rows_are_the_usual_ones() -> None:
    rows = {layout: fit(ScreenSettings(layout=layout), "landscape").rows for layout in LAYOUTS}
    assert rows == {"calls": 5, "waiting": 4, "slides": 2, "rooms": 5}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_grow_with_nearness_and_shrink_with_what_else_is_shown(layout: Layout) -> None:
    for shape in SHAPES:
        near_to_far = [
            fit(ScreenSettings(layout=layout, metres=metres, inches=55), shape)
            for metres in (2, 4, 6, 8, 10, 15, 40)
        ]
        rows = [fits.rows for fits in near_to_far]
        assert rows == sorted(rows, reverse=True)
        assert set(rows) <= set(range(LEAST_ROWS, MOST_ROWS + 1))
        assert near_to_far[0].enough
        assert not near_to_far[-1].enough
        for offices in (1, 2, 3, 4, 9):
            alone = fit(ScreenSettings(layout=layout), shape, offices)
            with_next = fit(ScreenSettings(layout=layout, next_numbers=True), shape, offices)
            assert with_next.rows * with_next.row <= alone.rows * alone.row + alone.row


def test_by_room_rows_shrink_before_a_counter_is_hidden() -> None:
    rooms = ScreenSettings(layout="rooms")
    for shape in SHAPES:
        several = fit(rooms, shape, 3, 7)
        assert (several.rows, several.hidden) == (7, 0)
        assert several.row >= LEAST_ROOM
        crowded = fit(rooms, shape, 3, 30)
        assert crowded.hidden == 30 - crowded.rows
        assert crowded.row >= LEAST_ROOM / NEARLY
    far = fit(ScreenSettings(layout="rooms", metres=10, inches=55), "landscape", 3, 7)
    assert (far.rows, far.hidden) == (3, 4)


def test_a_row_that_misses_its_height_by_a_hair_is_shown() -> None:
    three = fit(ScreenSettings(metres=10, inches=55), "upright", 3)
    assert (three.rows, three.enough) == (3, True)


@pytest.mark.parametrize("metres", [3, 5, 7, 9, 10])
def test_enough_means_that_the_rows_are_read_from_there(metres: float) -> None:
    for layout in LAYOUTS:
        for shape in SHAPES:
            fits = fit(ScreenSettings(layout=layout, metres=metres, inches=65), shape)
            reached = reach(layout, shape, 65, fits.row)
            assert fits.enough == (reached.rows >= metres * 0.985)
            assert reached.number > 2.4 * 65 / 55 * 10

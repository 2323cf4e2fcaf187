"""The pictures of docs/forecast.md: error, coverage, calibration, waiting by head start."""

from collections.abc import Mapping, Sequence

from tests.simulation.figures import (
    COVERED_HIGH,
    COVERED_LOW,
    COVERED_OVER,
    METHODS,
    calibration,
    coverages,
    errors,
    waited,
)
from tests.simulation.run import Result
from tests.simulation.svg import WIDTH, Picture, Scale

LEFT, RIGHT, ROW = 236.0, WIDTH - 90.0, 40.0
NAMES = {
    "naive": "tickets ahead × mean / counters",
    "zms": "ZMS's formula",
    "last": "last one's wait",
    "ours": "Aufruf",
    "oracle": "knows the true means",
}
STRICT_AT = 75


def draw_errors(results: Sequence[Result]) -> str:
    """A row for each case, a dot for each method."""
    found = [errors(one) for one in results]
    most = max(max(one[method] for method in METHODS) for one in found)
    picture = Picture(
        "How far the forecast is off",
        "Mean error in minutes of what walk-ins are told when they draw; shorter is better",
        "One row for each simulated office. In each the error of Aufruf is below that of the plain "
        "formula and of ZMS's, and equal to that of a replay that knows the true mean durations.",
        round(168 + ROW * len(results)),
    )
    picture.legend(104, [(method, NAMES[method]) for method in METHODS])
    across = Scale(0, 5 * (int(most / 5) + 1), LEFT, RIGHT)
    top, bottom = 126.0, 126 + ROW * len(results)
    _minutes_across(picture, across, top, bottom)
    for nth, (one, error) in enumerate(zip(results, found, strict=True)):
        y = top + ROW * (nth + 0.5)
        picture.text(LEFT - 16, y + 5, one.case.name, "strong", "end")
        picture.line(across(error["ours"]), y, across(error["naive"]), y, "gain")
        for method in ("zms", "last", "naive", "oracle", "ours"):
            picture.dot(across(error[method]), y, method, 8 if method == "oracle" else 5.5)
        less = f"−{1 - error['ours'] / error['naive']:.0%}"
        picture.text(RIGHT + 16, y + 5, less, "ours-text")
    return picture.render()


def draw_coverage(results: Sequence[Result]) -> str:
    """A row for each case: how many waits ended within the range."""
    picture = Picture(
        "How often the range holds",
        "Share of waits that end within the range shown; it is meant to hold eight of ten",
        "One row for each simulated office, with three shares: all who were told a range, those "
        "with more than five minutes, and those of the first five days.",
        round(168 + ROW * len(results)),
    )
    picture.legend(
        104,
        [
            ("ours", "told a range"),
            ("oracle", "told more than 5 minutes"),
            ("naive", "told a range on the first 5 days"),
        ],
    )
    across = Scale(0.6, 1.0, LEFT, RIGHT)
    top, bottom = 126.0, 126 + ROW * len(results)
    low, high = across(COVERED_LOW), across(COVERED_HIGH)
    picture.box(low, top, high - low, bottom - top, "goal")
    picture.line(across(COVERED_OVER), top, across(COVERED_OVER), bottom, "axis dashed")
    for tenth in range(6, 11):
        x = across(tenth / 10)
        picture.line(x, top, x, bottom, "grid")
        picture.text(x, bottom + 20, f"{tenth * 10} %", "quiet", "middle")
    for nth, one in enumerate(results):
        y = top + ROW * (nth + 0.5)
        found = coverages(one)
        picture.text(LEFT - 16, y + 5, one.case.name, "strong", "end")
        picture.dot(across(found.over), y, "oracle", 8)
        picture.dot(across(found.first_days), y, "naive", 4.5)
        picture.dot(across(found.ranged), y, "ours", 5.5)
        picture.text(RIGHT + 16, y + 5, f"{found.ranged:.0%}", "ours-text")
    return picture.render()


def draw_calibration(results: Sequence[Result]) -> str:
    """What was said against what came, over all cases."""
    found = calibration(wait for one in results for wait in one.waits)
    picture = Picture(
        "What was said and what came",
        "Minutes until the call: the forecast across, what came upwards; all offices together",
        "Bars hold the middle eight of ten of what came, dots the median; they lie on the line "
        "where forecast and wait are equal, within the band of the ranges shown.",
        560,
    )
    picture.legend(104, [("ours", "half of the waits are shorter"), ("band", "the range shown")])
    most = 20 * (int(max(one.high for one in found) / 20) + 1)
    across, up = (
        Scale(0, max(one.forecast for one in found) + 6, 80, WIDTH - 40),
        Scale(0, most, 500, 126),
    )
    picture.area(
        [
            *((across(one.forecast), up(one.shown_high)) for one in found),
            *((across(one.forecast), up(one.shown_low)) for one in reversed(found)),
        ],
        "band",
    )
    for minutes in range(0, most + 1, 20):
        picture.line(80, up(minutes), WIDTH - 40, up(minutes), "grid")
        picture.text(70, up(minutes) + 5, f"{minutes}", "quiet", "end")
    for minutes in range(0, int(across.last) + 1, 20):
        picture.text(across(minutes), 522, f"{minutes}", "quiet", "middle")
    picture.text(WIDTH - 40, 544, "forecast in minutes", "quiet", "end")
    end = min(across.last, up.last)
    picture.line(across(0), up(0), across(end), up(end), "axis dashed")
    for one in found:
        x = across(one.forecast)
        picture.line(x, up(one.low), x, up(one.high), "line ours-line")
        picture.dot(x, up(one.mid), "ours", 5.5)
    return picture.render()


def draw_head_starts(results: Mapping[int, Result]) -> str:
    """Waiting of both classes by head start."""
    picture = Picture(
        "What the head start moves",
        "Minutes waited by walk-ins and appointments, by the office's head start for appointments",
        "The longer the head start, the shorter appointments wait and the longer walk-ins do; the "
        "longest waits of walk-ins hardly change until appointments go strictly first.",
        470,
    )
    places = {start: min(start, STRICT_AT) for start in results}
    across = Scale(0, STRICT_AT, 80, WIDTH - 236)
    classes = (
        ("naive", "walk-ins", {n: waited(one.walk_ins) for n, one in results.items()}),
        ("ours", "appointments", {n: waited(one.appointments) for n, one in results.items()}),
    )
    most = max(one.nine_of_ten for _, _, found in classes for one in found.values())
    top = 20 * (int(most / 20) + 1)
    up = Scale(0, top, 410, 100)
    for minutes in range(0, top + 1, 20):
        picture.line(80, up(minutes), WIDTH - 236, up(minutes), "grid")
        picture.text(70, up(minutes) + 5, f"{minutes}", "quiet", "end")
    for start, place in places.items():
        words = "strictly first" if start > STRICT_AT else f"{start} min"
        picture.text(across(place), 434, words, "quiet", "middle")
    for kind, name, found in classes:
        for words, dashed, values in (
            ("nine of ten", " dashed", {n: one.nine_of_ten for n, one in found.items()}),
            ("on average", "", {n: one.mean for n, one in found.items()}),
        ):
            points = [(across(places[n]), up(value)) for n, value in sorted(values.items())]
            picture.way(points, f"{kind}-line{dashed}")
            for x, y in points:
                picture.dot(x, y, kind, 4)
            picture.text(WIDTH - 220, points[-1][1] + 5, f"{name}, {words}", f"{kind}-text")
    return picture.render()


def _minutes_across(picture: Picture, across: Scale, top: float, bottom: float) -> None:
    for minutes in range(0, int(across.last) + 1, 5):
        x = across(minutes)
        picture.line(x, top, x, bottom, "grid")
        picture.text(x, bottom + 20, f"{minutes}", "quiet", "middle")

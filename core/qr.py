"""QR codes as the path of an SVG: dark modules only, drawn in the page's own colours."""

from dataclasses import dataclass

import segno

# ISO/IEC 18004 asks for four light modules around; paper and page beside it are light as well.
QUIET = 2


@dataclass(frozen=True, slots=True)
class Qr:
    """`size` is the side of the square, in modules; `path` strokes each run of dark modules."""

    size: int
    path: str


def make_qr(text: str) -> Qr:
    """The code of an address. Level M survives a reflection on the glass in front of it."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    runs = [run for y, row in enumerate(rows) for run in _runs(row, y)]
    return Qr(len(rows) + 2 * QUIET, "".join(runs))


def _runs(row: list[int], y: int) -> list[str]:
    found: list[str] = []
    x = 0
    while x < len(row):
        length = next((n for n, dark in enumerate(row[x:]) if not dark), len(row) - x)
        if length:
            found.append(f"M{x + QUIET} {y + QUIET}.5h{length}")
        x += length + 1
    return found

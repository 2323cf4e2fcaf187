"""Arithmetic of cells: 5 minutes of UTC each (epoch // 300). Knows nothing of offices.

A set of cells of one day is an integer with one bit per cell: "is there a run of free cells" is
then a few shifts instead of a loop (stack.md: 0.04 ms for 90 days).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

CELL_SECONDS = 300


def cell_of(at: datetime) -> int:
    """The cell an instant lies in."""
    return int(at.timestamp()) // CELL_SECONDS


def next_cell(at: datetime) -> int:
    """The first cell that begins at an instant or after it."""
    return -int(-at.timestamp() // CELL_SECONDS)


def cell_start(cell: int) -> datetime:
    return datetime.fromtimestamp(cell * CELL_SECONDS, UTC)


def is_cell_start(at: datetime) -> bool:
    """Whether an instant is the very beginning of a cell."""
    return cell_start(cell_of(at)) == at


def cells_for(minutes: int) -> int:
    """How many cells a visit of so many minutes needs."""
    return -(-minutes * 60 // CELL_SECONDS)


def cells_of(start: datetime, minutes: int) -> range:
    """The cells that a visit spans."""
    first = cell_of(start)
    return range(first, first + cells_for(minutes))


def cell_mask(first: int, cells: range) -> int:
    """A run of cells as bits from the cell `first` on, before which there are none."""
    begin, end = max(cells.start - first, 0), max(cells.stop - first, 0)
    return (1 << end) - (1 << begin)


def bits(mask: int) -> Iterator[int]:
    """The positions of the ones, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def union(masks: Iterable[int]) -> int:
    """The cells that are in any of these sets."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def run_starts(mask: int, length: int) -> int:
    """The bits that begin a run of at least `length` ones; the stride doubles."""
    have = 1
    while have < length and mask:
        step = min(have, length - have)
        mask &= mask >> step
        have += step
    return mask

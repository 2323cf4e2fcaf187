"""What the bench finds: rows of figures, counts that must be right, sentences. Measures nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Row:
    """One figure beside its bare baseline and its goal; without a goal `reached` is None."""

    what: str
    measured: str
    baseline: str = ""
    ratio: str = ""
    goal: str = ""
    reached: bool | None = None


@dataclass(frozen=True)
class Count:
    """Something that was counted, not timed: it is right or the house is broken."""

    what: str
    expected: object
    found: object

    @property
    def is_right(self) -> bool:
        return self.expected == self.found


@dataclass
class Findings:
    """What one measure found, in the order of the page."""

    title: str
    rows: list[Row] = field(default_factory=list[Row])
    counts: list[Count] = field(default_factory=list[Count])
    notes: list[str] = field(default_factory=list[str])

    def count(self, what: str, expected: object, found: object) -> None:
        self.counts.append(Count(what, expected, found))

    @property
    def wrong(self) -> list[Count]:
        return [count for count in self.counts if not count.is_right]


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def per_second(rate: float) -> str:
    return f"{rate:,.0f}/s"


def ms(seconds: float) -> str:
    """Milliseconds, with as many places as mean something."""
    value = seconds * 1000
    return (
        f"{value:.0f} ms"
        if value >= 100
        else f"{value:.1f} ms"
        if value >= 1
        else f"{value:.2f} ms"
    )


def spread(seconds: Sequence[float]) -> str:
    """Half of them within, nineteen of twenty within."""
    return f"p50 {ms(median(seconds))}, p95 {ms(percentile(seconds, 95))}"

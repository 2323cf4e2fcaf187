"""A few shapes of SVG, readable by day and by night. Knows nothing of what is drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH = 860
STYLE = """
    .paper { fill: #ffffff; }
    text { font: 14px "Source Sans Pro", "Source Sans 3", "Segoe UI", system-ui, sans-serif;
      fill: #1b1f33; }
    .title { font-size: 20px; font-weight: 600; }
    .quiet { fill: #565b75; }
    .strong { font-weight: 600; }
    .ours-text { font-weight: 600; fill: #2044a8; }
    .grid { stroke: #e3e5ee; stroke-width: 1; }
    .axis { stroke: #8a8fa8; stroke-width: 1; }
    .goal { fill: #d9efe9; }
    .goal-text { fill: #17685b; }
    .band { fill: #dfe7fb; }
    .gain { stroke: #2044a8; stroke-width: 3; opacity: .28; }
    .ours { fill: #2044a8; stroke: #2044a8; }
    .oracle { fill: #ffffff; stroke: #2044a8; stroke-width: 2; }
    .naive { fill: #b4530a; stroke: #b4530a; }
    .zms { fill: #8a8fa8; stroke: #8a8fa8; }
    .last { fill: #ffffff; stroke: #8a8fa8; stroke-width: 2; }
    .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
    .dashed { stroke-dasharray: 2 6; }
    .ours-line { stroke: #2044a8; }
    .naive-line { stroke: #b4530a; }
    .naive-text { fill: #a34a06; font-weight: 600; }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #15182a; }
      text { fill: #eef0fa; }
      .quiet { fill: #aeb4d0; }
      .ours-text { fill: #9db6ff; }
      .grid { stroke: #2b3050; }
      .axis { stroke: #767d9f; }
      .goal { fill: #173b3a; }
      .goal-text { fill: #7fd6c2; }
      .band { fill: #243262; }
      .gain { stroke: #8eabff; }
      .ours { fill: #8eabff; stroke: #8eabff; }
      .oracle { fill: #15182a; stroke: #8eabff; }
      .naive { fill: #f5a35c; stroke: #f5a35c; }
      .zms { fill: #767d9f; stroke: #767d9f; }
      .last { fill: #15182a; stroke: #767d9f; }
      .ours-line { stroke: #8eabff; }
      .naive-line { stroke: #f5a35c; }
      .naive-text { fill: #f5a35c; }
    }
"""


@dataclass(frozen=True)
class Scale:
    """From values to places along an axis."""

    first: float
    last: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.first) / (self.last - self.first)
        return self.begin + share * (self.end - self.begin)


@dataclass
class Picture:
    """Collects shapes; `about` tells those who cannot see it what it shows."""

    title: str
    subtitle: str
    about: str
    height: int
    _shapes: list[str] = field(default_factory=list[str])

    def text(self, x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> None:
        self._add(
            f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">'
            f"{escape(words)}</text>"
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        self._add(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>')

    def box(
        self, x: float, y: float, width: float, height: float, kind: str, *, round_by: float = 0
    ) -> None:
        self._add(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
            f' rx="{round_by:.1f}" class="{kind}"/>'
        )

    def dot(self, x: float, y: float, kind: str, radius: float = 6) -> None:
        self._add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" class="{kind}"/>')

    def way(self, points: Iterable[tuple[float, float]], kind: str) -> None:
        along = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._add(f'<polyline points="{along}" class="line {kind}"/>')

    def area(self, points: Iterable[tuple[float, float]], kind: str) -> None:
        around = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._add(f'<polygon points="{around}" class="{kind}"/>')

    def legend(self, y: float, entries: Sequence[tuple[str, str]], x: float = 32) -> None:
        """Dots with their names, in a row."""
        for kind, words in entries:
            self.dot(x + 6, y - 5, kind)
            self.text(x + 20, y, words)
            x += 44 + 7.1 * len(words)

    def render(self) -> str:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}"'
            f' width="{WIDTH}" height="{self.height}" role="img" aria-labelledby="title about">'
        )
        return "\n".join(
            [
                head,
                f'  <title id="title">{escape(self.title)}</title>',
                f'  <desc id="about">{escape(self.about)}</desc>',
                f"  <style>{STYLE}  </style>",
                f'  <rect width="{WIDTH}" height="{self.height}" rx="8" class="paper"/>',
                f'  <text x="32" y="42" class="title">{escape(self.title)}</text>',
                f'  <text x="32" y="66" class="quiet">{escape(self.subtitle)}</text>',
                *(f"  {shape}" for shape in self._shapes),
                "</svg>\n",
            ]
        )

    def _add(self, shape: str) -> None:
        self._shapes.append(shape)

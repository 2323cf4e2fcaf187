"""The checkout as the house tests see it: its folders and the files that belong to it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Each part with the parts it may import from (design: core <- office <- ... <- app).
MAY_IMPORT: dict[str, frozenset[str]] = {
    "core": frozenset(),
    "office": frozenset({"core"}),
    "booking": frozenset({"core", "office"}),
    "queue": frozenset({"core", "office", "booking"}),
    "display": frozenset({"core", "office", "booking", "queue"}),
    "kiosk": frozenset({"core", "office", "booking", "queue"}),
    "app": frozenset({"core", "office", "booking", "queue", "display", "kiosk"}),
}
PARTS = tuple(MAY_IMPORT)


def project_files() -> list[Path]:
    """Every file of the project, relative to the root: tracked ones and new ones not ignored."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = [Path(name) for name in listing.split("\0") if name]
    return sorted(name for name in names if (ROOT / name).is_file())


def part_files() -> list[Path]:
    """The files that make up the installed package."""
    return [path for path in project_files() if path.parts[0] in PARTS and len(path.parts) > 1]


def modules(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Python files among the paths, each with its source."""
    for path in paths:
        if path.suffix == ".py":
            yield path, (ROOT / path).read_text(encoding="utf-8")

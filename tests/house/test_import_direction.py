"""Parts import only from parts below them, and files of a part never in a circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house.checkout import MAY_IMPORT, PARTS, modules, part_files

# Alembic loads these by their path, so they cannot import relative to a package.
LOADED_BY_PATH = Path("app/migrations")


def imported_names(path: Path, source: str) -> set[tuple[str, ...]]:
    """Names below `aufruf` that a file imports, as paths: ("core", "clock")."""
    found: set[tuple[str, ...]] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            base = path.parts[: len(path.parts) - node.level] if node.level else ("/",)
            target = (*base, *(node.module or "").split("."))
            names = tuple(part for part in target if part)
            if not node.level and names[1] != "aufruf":
                continue
            names = names if node.level else names[2:]
            found.update((*names, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            dotted = [alias.name.split(".") for alias in node.names]
            found.update(tuple(name[1:]) for name in dotted if name[0] == "aufruf")
    return found


FILES = list(modules(part_files()))
MODULES = {path.with_suffix("").parts: path for path, _ in FILES}


def imported_modules(path: Path, source: str) -> set[tuple[str, ...]]:
    """The same, cut down to the file each name lives in."""
    names = imported_names(path, source)
    return {name if name in MODULES else name[:-1] for name in names} & set(MODULES)


@pytest.mark.parametrize("part", PARTS)
def test_part_imports_only_parts_below_it(part: str) -> None:
    wrong = {
        (str(path), name[0])
        for path, source in FILES
        if path.parts[0] == part
        for name in imported_names(path, source)
        if name[0] != part and name[0] not in MAY_IMPORT[part]
    }
    assert wrong == set()


@pytest.mark.parametrize("part", PARTS)
def test_files_of_a_part_import_in_no_circle(part: str) -> None:
    graph = {
        path.with_suffix("").parts: {
            name for name in imported_modules(path, source) if name[0] == part
        }
        for path, source in FILES
        if path.parts[0] == part
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " -> ".join("/".join(name) for name in error.args[1])
        pytest.fail(f"imports run in a circle: {circle}")


def test_parts_import_each_other_relative() -> None:
    absolute = [
        str(path)
        for path, source in FILES
        if not path.is_relative_to(LOADED_BY_PATH)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        and not node.level
        and (node.module or "").split(".")[0] == "aufruf"
    ]
    assert absolute == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("from ..core.runner import Tx", {("core", "runner", "Tx")}),
        ("from ..core import clock", {("core", "clock")}),
        ("from . import rules", {("queue", "rules")}),
        ("from .rules import pick_next", {("queue", "rules", "pick_next")}),
        ("def f():\n    import aufruf.display.board", {("display", "board")}),
        ("from aufruf.kiosk.pages import routes", {("kiosk", "pages", "routes")}),
        ("import queue\nfrom asyncio import queues", set()),
    ],
)
def test_imported_names_of_a_file(source: str, names: set[tuple[str, ...]]) -> None:
    assert imported_names(Path("queue/services.py"), source) == names

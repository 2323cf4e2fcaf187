"""Files and functions stay small enough to be read in one go, and say what they are for."""

import ast
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, modules, project_files

MOST_LINES = {".py": 400, ".js": 200, ".html": 120}
MOST_FUNCTION_LINES = 50

# A migration is one long list of tables, read once.
MIGRATIONS = Path("app/migrations/versions")

FILES = project_files()


@pytest.mark.parametrize("suffix", MOST_LINES)
def test_files_stay_short(suffix: str) -> None:
    lengths = {
        str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in FILES
        if path.suffix == suffix and not path.is_relative_to(MIGRATIONS)
    }
    assert {path: n for path, n in lengths.items() if n > MOST_LINES[suffix]} == {}


def test_functions_stay_short() -> None:
    long = {
        f"{path}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path, source in modules(FILES)
        if not path.is_relative_to(MIGRATIONS)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES
    }
    assert long == {}


def test_modules_say_what_lives_in_them() -> None:
    silent = [
        str(path)
        for path, source in modules(FILES)
        if source.strip() and not ast.get_docstring(ast.parse(source))
    ]
    assert silent == []

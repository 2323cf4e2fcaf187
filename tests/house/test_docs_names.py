"""Documents name only what exists: files, and in them functions, classes and constants."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.house.checkout import PARTS, ROOT, project_files

TREE = "|".join((*PARTS, "tests", "docs", "deploy", "tools"))
# `core/hub.py`, and `core/hub.py:Hub.committed` for something in it.
NAMED = re.compile(
    rf"(?<![\w./-])((?:{TREE})(?:/[\w.-]+)*/[\w-]+(?:\.[a-z]+)+)(?::([A-Za-z_][\w.]*))?"
)
SCRIPT_NAMES = re.compile(
    r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)|^  (?:async )?(\w+)\(",
    re.MULTILINE,
)

GLOSSARY = ROOT / "docs/glossary.md"
DOCUMENTS = sorted(path for path in project_files() if path.suffix == ".md")


@cache
def names_in(file: Path) -> frozenset[str]:
    """What a module or script defines: `name`, and `Class.name` for what stands in a class."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if file.suffix == ".js":
        return frozenset(one or other for one, other in SCRIPT_NAMES.findall(text))
    return frozenset(_defined(ast.parse(text)))


def _defined(tree: ast.Module | ast.ClassDef, within: str = "") -> set[str]:
    found: set[str] = set()
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.add(within + node.name)
            case ast.ClassDef():
                found |= {within + node.name, *_defined(node, f"{node.name}.")}
            case ast.Assign():
                found |= {within + t.id for t in node.targets if isinstance(t, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(within + name)
            case _:
                continue
    return found


def missing_in(text: str) -> list[str]:
    """The names of a text that lead nowhere."""
    files = {str(path) for path in project_files()}
    return [
        f"{file}:{name}" if name else file
        for file, name in NAMED.findall(text)
        if file not in files or (name and name not in names_in(Path(file)))
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_files_and_functions_a_document_names_exist(document: Path) -> None:
    assert missing_in((ROOT / document).read_text(encoding="utf-8")) == []


def test_drawing_names_files_that_exist() -> None:
    drawing = (ROOT / "docs/pictures/way-of-the-data.svg").read_text(encoding="utf-8")
    assert NAMED.search(drawing)
    assert missing_in(drawing) == []


def test_missing_names_are_found() -> None:
    text = "`core/hub.py:Hub.committed` `core/hub.py:Hub.shout` `core/nub.py` `queue/nothing.js:x`"
    assert missing_in(text) == ["core/hub.py:Hub.shout", "core/nub.py", "queue/nothing.js:x"]


def test_glossary_says_where_every_thing_lives() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| English")
    ]
    assert rows
    assert [row[0] for row in rows if len(row) != 4 or not all(row)] == []
    assert [row[0] for row in rows if not NAMED.fullmatch(row[-1].strip("`"))] == []


def test_glossary_has_one_entry_for_each_word() -> None:
    words = re.findall(r"^\| ([^|]+?) \|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    terms = [word for word in words if word != "English"]
    assert sorted({word for word in terms if terms.count(word) > 1}) == []

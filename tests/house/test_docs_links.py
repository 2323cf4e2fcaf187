"""Documents lead on: their links and pictures resolve, and their commands are the Makefile's."""

import re
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, project_files

LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
SOURCE = re.compile(r'(?:src|href)="([^"]+)"')
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

DOCUMENTS = sorted(path for path in project_files() if path.suffix == ".md")
PICTURES = sorted(
    path for path in (ROOT / "docs/pictures").iterdir() if path.suffix in {".png", ".svg"}
)
LARGEST_PICTURE = 220_000


def anchors_in(document: Path) -> set[str]:
    """The anchors of a document's headings, as code hosts make them."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text))
    return {heading.replace(" ", "-") for heading in plain}


def leads_nowhere(document: Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = (ROOT / document).parent / file if file else ROOT / document
    if not target.exists():
        return True
    return bool(anchor) and anchor not in anchors_in(target)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    text = FENCE.sub("", (ROOT / document).read_text(encoding="utf-8"))
    links = [link for link in LINK.findall(text) + SOURCE.findall(text) if "://" not in link]
    assert [link for link in links if leads_nowhere(document, link)] == []


def test_links_that_lead_nowhere_are_found() -> None:
    assert leads_nowhere(Path("README.md"), "docs/nothing.md")
    assert leads_nowhere(Path("README.md"), "docs/architecture.md#nothing")
    assert not leads_nowhere(Path("README.md"), "docs/architecture.md#a-call-on-the-screen")


def test_every_picture_is_shown_and_small() -> None:
    texts = "".join((ROOT / path).read_text(encoding="utf-8") for path in DOCUMENTS)
    assert [path.name for path in PICTURES if not re.search(rf"[(\"/]{path.name}", texts)] == []
    assert [path.name for path in PICTURES if path.stat().st_size > LARGEST_PICTURE] == []


def test_make_commands_of_all_documents_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        (str(path), target)
        for path in DOCUMENTS
        for target in re.findall(
            r"(?:^|`|&& |sudo )make ([a-z]+)",
            (ROOT / path).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    }
    assert named
    assert {(path, target) for path, target in named if target not in targets} == set()


def test_decisions_are_numbered_without_gaps_and_fit_on_a_page() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [
        f"{n:04}" for n in range(1, len(decisions) + 1)
    ]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert all(f"**{part}.**" in text for part in ("Situation", "Decision", "Against it")), path
        assert len(text.splitlines()) <= 60, path.name

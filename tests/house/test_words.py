"""The repository speaks of the project alone, and its documents name commands that exist."""

import re
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, project_files

TEXT = {".py", ".js", ".html", ".css", ".md", ".toml", ".txt", ".in", ".lock", ".example"}
MACHINE_PATH = re.compile(r"(?<![\w.}*])/(?:home|root|tmp|work|mnt|Users)/")
HOST = re.compile(r"\b(?:https?|wss?|ftp)://([A-Za-z0-9.:\[\]-]+)")

# Code may name these: the spaces of names of W3C and JSON Schema. Documents and the example's
# addresses of real online services are for people and may name whatever people need.
KNOWN_HOSTS = {"www.w3.org", "json-schema.org", "spec.openapis.org"}
RESERVED = re.compile(r"(?:^|\.)(?:example(?:\.[a-z]+)?|test|invalid|localhost)$")
FOR_PEOPLE = (Path("docs"), Path("office/example"))


def texts() -> list[tuple[Path, str]]:
    return [
        (path, (ROOT / path).read_text(encoding="utf-8"))
        for path in project_files()
        if path.suffix in TEXT or not path.suffix
    ]


def is_harmless(host: str) -> bool:
    name = host.rsplit(":", 1)[0] if re.search(r":\d*$", host) else host
    if "." not in name or RESERVED.search(name) or name in KNOWN_HOSTS:
        return True
    try:
        return bool(ip_address(name.strip("[]")))
    except ValueError:
        return False


def test_files_name_no_path_of_one_machine() -> None:
    assert [str(path) for path, text in texts() if MACHINE_PATH.search(text)] == []


def test_code_names_no_foreign_host() -> None:
    foreign = {
        (str(path), host)
        for path, text in texts()
        if not any(path.is_relative_to(folder) for folder in FOR_PEOPLE)
        for host in HOST.findall(text)
        if not is_harmless(host)
    }
    assert foreign == set()


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "deploy/README.md"])
def test_document_names_only_targets_that_exist(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`|sudo )make ([a-z]+)", text, re.MULTILINE))
    assert named
    assert named - targets == set()


def test_make_alone_explains_the_commands_of_the_house() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r'@echo "make ([a-z]+)', makefile))
    assert explained == {"demo", "test", "check", "bench", "fmt", "setup", "lock"}

"""Both locks can be installed by anybody: exact versions, hashes, and no address in them."""

import re
import tomllib

import pytest

from tests.house.checkout import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
NAME = re.compile(r"^([a-z0-9_.-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return dict(NAME.findall((ROOT / lock).read_text(encoding="utf-8")))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_gives_every_package_a_version_and_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = [
        entry
        for entry in re.split(r"\n(?=[a-z0-9])", "\n" + text)
        if re.match(r"[a-z0-9]", entry.lstrip("\n"))
    ]
    assert entries
    assert [e.split()[0] for e in entries if not NAME.match(e.lstrip("\n"))] == []
    assert [e.split()[0] for e in entries if "--hash=sha256:" not in e] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"^--(?!hash).*|\S*://\S*|\bfile:\S+| @ \S+|^/.*", text, re.MULTILINE) == []


def test_both_locks_agree() -> None:
    run, everything = pins("requirements.lock"), pins("requirements-dev.lock")
    assert run.items() <= everything.items()


def test_lock_holds_what_the_package_says_it_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\[<>=~]", need)[0] for need in project["dependencies"]}
    asked = {
        re.split(r"[\[<>=~]", line)[0]
        for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    assert asked == declared | {"setuptools"}
    assert asked <= set(pins("requirements.lock"))

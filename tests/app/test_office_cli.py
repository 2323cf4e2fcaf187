"""The shell: loading master data, staff and devices, as a person types it."""

import re
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from aufruf.app.cli import main
from aufruf.office.files.sources import EXAMPLE


@dataclass(frozen=True)
class Said:
    """What a command ended with and what it said."""

    returncode: object
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Shell:
    """Types `aufruf WORDS…` with its data in a folder; in this process, for ours starts slowly."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def typed(self, *words: str) -> Said:
        self.monkeypatch.setattr(sys, "argv", ["aufruf", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        spoken = self.capsys.readouterr()
        return Said(ended.value.code, spoken.out, spoken.err)


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.setenv("AUFRUF_DATA_DIR", str(tmp_path))
    return Shell(tmp_path, monkeypatch, capsys)


@pytest.fixture
def house(shell: Shell) -> Shell:
    """With the example towns loaded."""
    done = shell.typed("load", *map(str, sorted(EXAMPLE.glob("*.toml"))))
    assert done.returncode == 0, done.stderr
    return shell


def test_staff_from_the_shell(house: Shell) -> None:
    added = house.typed("staff", "add", "bernd", "Bernd", "--office", "usingen-buergerbuero")
    assert added.stdout == "bernd is added. Next: aufruf staff password bernd\n", added.stderr
    made = house.typed("staff", "password", "bernd")
    assert re.search(r"^Password: ([a-z2-7]{4}-){3}[a-z2-7]{4}$", made.stdout, re.MULTILINE)
    again = house.typed("staff", "add", "bernd", "Bernd")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "Somebody already has this login name (login_taken).\n"


def test_devices_from_the_shell(house: Shell) -> None:
    added = house.typed("device", "add", "kiosk", "usingen-rathaus", "Zweiter Kiosk")
    link = re.search(
        r"^http://localhost:8000/kiosk/usingen-rathaus-zweiter-kiosk#([a-z2-7]{26})$",
        added.stdout,
        re.MULTILINE,
    )
    assert link, added.stderr
    listed = house.typed("device", "list").stdout
    assert "usingen-rathaus-zweiter-kiosk" in listed
    assert link[1] not in listed
    unknown = house.typed("device", "pair", "abc def", "Anzeige Flur", "usingen-rathaus")
    assert (unknown.returncode, "(unknown_pairing)" in unknown.stderr) == (1, True)
    revoked = house.typed("device", "revoke", "usingen-rathaus-zweiter-kiosk")
    assert revoked.returncode == 0
    gone = house.typed("device", "renew", "usingen-rathaus-zweiter-kiosk")
    assert (gone.returncode, gone.stderr) == (1, "We do not know this device (unknown_device).\n")


def test_wrong_master_data_is_named(house: Shell) -> None:
    wrong = house.folder / "wrong.toml"
    wrong.write_text('[[offices]]\nslug = "x"\n')
    refused = house.typed("load", str(wrong))
    assert refused.returncode == 1
    assert refused.stderr.startswith("wrong.toml: ")


def test_hours_are_printed_as_a_file_says_them(house: Shell) -> None:
    printed = house.typed("hours", "export", "schmitten-buergerbuero").stdout
    assert printed.partition(", ")[0] == '[[offices.opening]]\ndays = ["mon"'
    closures = (
        '[[municipalities.closures]]\neaster = -48\nreason = "Rosenmontag"\n'
        'reason_en = "Carnival Monday"\n\n'
    )
    assert house.typed("hours", "export", "usingen") == Said(0, closures, "")
    files = map(str, sorted(EXAMPLE.glob("*.toml")))
    assert house.typed("load", "--hours", "file", *files).returncode == 0
    nowhere = "We do not know this office (unknown_office).\n"
    assert house.typed("hours", "export", "nirgends") == Said(1, "", nowhere)


def test_command_in_the_wrong_folder_names_it_and_makes_nothing(shell: Shell) -> None:
    refused = shell.typed("calling", "export", "usingen-buergerbuero")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"There is no database in {shell.folder}. ")
    assert list(shell.folder.iterdir()) == []


def test_what_the_database_refuses_is_one_sentence(shell: Shell) -> None:
    assert shell.typed("migrate").returncode == 0
    with closing(sqlite3.connect(shell.folder / "aufruf.db")) as broken:
        broken.execute("DROP TABLE staff_role")
        broken.execute("DROP TABLE staff")
        broken.commit()
    sentence = "The database refused, and nothing was changed: no such table: staff\n"
    assert shell.typed("staff", "lock", "bernd") == Said(1, "", sentence)

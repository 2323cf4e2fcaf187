"""The shell: loading master data, staff and devices, as a person types it."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from aufruf.app.cli import main
from aufruf.office.files import EXAMPLE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    done = typed(tmp_path, "load", *map(str, sorted(EXAMPLE.glob("*.toml"))))
    assert done.returncode == 0, done.stderr
    return tmp_path


def typed(folder: Path, *words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    """`aufruf WORDS…` with its data in this folder."""
    return subprocess.run(
        [sys.executable, "-c", "from aufruf.app.cli import main; main()", *words],
        env={"AUFRUF_DATA_DIR": str(folder), "PATH": os.environ["PATH"]},
        cwd=folder,
        input=answer,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_staff_from_the_shell(folder: Path) -> None:
    added = typed(folder, "staff", "add", "bernd", "Bernd", "--office", "usingen-buergerbuero")
    assert added.stdout == "bernd is added. Next: aufruf staff password bernd\n", added.stderr
    made = typed(folder, "staff", "password", "bernd")
    assert re.search(r"^Password: ([a-z2-7]{4}-){3}[a-z2-7]{4}$", made.stdout, re.MULTILINE)
    again = typed(folder, "staff", "add", "bernd", "Bernd")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("login_taken")


def test_devices_from_the_shell(folder: Path) -> None:
    added = typed(folder, "device", "add", "kiosk", "usingen-rathaus", "Zweiter Kiosk")
    link = re.search(
        r"^http://localhost:8000/kiosk/usingen-rathaus-zweiter-kiosk#([a-z2-7]{26})$",
        added.stdout,
        re.MULTILINE,
    )
    assert link, added.stderr
    listed = typed(folder, "device", "list").stdout
    assert "usingen-rathaus-zweiter-kiosk" in listed
    assert link[1] not in listed
    revoked = typed(folder, "device", "revoke", "usingen-rathaus-zweiter-kiosk")
    assert revoked.returncode == 0
    gone = typed(folder, "device", "renew", "usingen-rathaus-zweiter-kiosk")
    assert (gone.returncode, gone.stderr.strip()) == (1, "unknown_device")


def test_wrong_master_data_is_named(folder: Path) -> None:
    wrong = folder / "wrong.toml"
    wrong.write_text('[[offices]]\nslug = "x"\n')
    refused = typed(folder, "load", str(wrong))
    assert refused.returncode == 1
    assert refused.stderr.startswith("wrong.toml: ")


def said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[object, str]:
    """`aufruf WORDS…` in this process: its status and what it says."""
    monkeypatch.setattr(sys, "argv", ["aufruf", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    spoken = capsys.readouterr()
    return ended.value.code, spoken.out + spoken.err


def test_hours_are_printed_as_a_file_says_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUFRUF_DATA_DIR", str(tmp_path))
    files = [str(path) for path in sorted(EXAMPLE.glob("*.toml"))]
    assert said(monkeypatch, capsys, "load", *files)[0] == 0
    code, text = said(monkeypatch, capsys, "hours", "export", "schmitten-buergerbuero")
    assert (code, text.partition(", ")[0]) == (0, '[[offices.opening]]\ndays = ["mon"')
    closures = (
        '[[municipalities.closures]]\neaster = -48\nreason = "Rosenmontag"\n'
        'reason_en = "Carnival Monday"\n\n'
    )
    assert said(monkeypatch, capsys, "hours", "export", "usingen") == (0, closures)
    assert said(monkeypatch, capsys, "load", "--hours", "file", *files)[0] == 0
    assert said(monkeypatch, capsys, "hours", "export", "nirgends") == (1, "unknown_office\n")


def test_what_the_database_refuses_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUFRUF_DATA_DIR", str(tmp_path))
    assert said(monkeypatch, capsys, "migrate")[0] == 0
    with closing(sqlite3.connect(tmp_path / "aufruf.db")) as broken:
        broken.execute("DROP TABLE staff_role")
        broken.execute("DROP TABLE staff")
        broken.commit()
    assert said(monkeypatch, capsys, "staff", "lock", "bernd") == (
        1,
        "The database refused, and nothing was changed: no such table: staff\n",
    )

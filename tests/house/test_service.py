"""The systemd unit and the proxy examples: systemd accepts the unit, no log repeats a secret."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.checkout import ROOT

UNIT = ROOT / "deploy/aufruf.service"
# What `systemd-analyze security` calls exposure, times ten; 100 is an unprotected service.
MOST_EXPOSURE = 15


def analyze(*arguments: str) -> str:
    """What systemd-analyze says; empty when it is content."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.fail("systemd-analyze is missing; run: sudo apt-get install systemd")
    run = subprocess.run([program, *arguments], check=False, capture_output=True, text=True)
    said = (run.stderr or run.stdout).strip()
    return said if run.returncode or run.stderr.strip() else ""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as installed, but for the program, which has to exist on this machine."""
    copy = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    copy.write_text(re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", text))
    return copy


def test_systemd_accepts_the_unit(unit: Path) -> None:
    assert analyze("verify", str(unit)) == ""


def test_systemd_refuses_a_wrong_unit(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSystem=stern"))
    assert "protect system" in analyze("verify", str(unit))


def test_unit_leaves_little_exposed(unit: Path) -> None:
    threshold = f"--threshold={MOST_EXPOSURE}"
    assert analyze("security", "--offline=yes", "--no-pager", threshold, str(unit)) == ""


def test_nginx_example_logs_no_path_and_passes_sockets_on() -> None:
    text = (ROOT / "deploy/nginx.conf.example").read_text(encoding="utf-8")
    formats = re.findall(r"(?m)^log_format (\w+) (.*);$", text)
    assert [name for name, _ in formats] == ["aufruf"]
    logged = set(re.findall(r"\$\w+", formats[0][1]))
    assert logged == {"$time_iso8601", "$request_method", "$status", "$body_bytes_sent"} | {
        "$request_time"
    }
    assert len(re.findall(r"(?m)^server ", text)) == len(
        re.findall(r"access_log \S+ aufruf;", text)
    )
    assert "proxy_set_header Upgrade $http_upgrade;" in text


def test_caddy_example_logs_no_path() -> None:
    text = (ROOT / "deploy/Caddyfile.example").read_text(encoding="utf-8")
    assert {"request>uri delete", "request>headers delete"} <= {
        line.strip() for line in text.splitlines()
    }


def test_every_setting_of_the_example_exists() -> None:
    from aufruf.core.settings import Settings

    text = (ROOT / "deploy/aufruf.env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)^#?AUFRUF_([A-Z_]+)=", text))
    assert named
    assert named - {name.upper() for name in Settings.model_fields} == set()

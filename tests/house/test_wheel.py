"""The wheel, installed away from the checkout: nothing is missing in it, and it serves."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

from tests.house.checkout import PARTS, ROOT, part_files, project_files


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed wheel and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for path in project_files():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, source / path)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*pip, *build, str(source)], check=True, cwd=folder)
    (wheel,) = folder.glob("aufruf-*.whl")
    target = folder / "installed"
    place = ["install", "--no-deps", "--no-index", "--no-compile", "--target", str(target)]
    subprocess.run([*pip, *place, str(wheel)], check=True, cwd=folder)
    return target


def test_wheel_holds_every_file_of_the_parts(installed: Path) -> None:
    packed = {path for path in installed.joinpath("aufruf").rglob("*") if path.is_file()}
    assert {path.relative_to(installed / "aufruf") for path in packed} == set(part_files())


@pytest.mark.parametrize(
    "pattern",
    [
        "*/templates/*.html",
        "*/static/*.css",
        "*/static/*.js",
        "core/languages/*/*.toml",
        "office/example/*.toml",
        "app/migrations/env.py",
        "app/migrations/script.py.mako",
        "app/migrations/versions/*.py",
    ],
)
def test_wheel_brings_its_data(installed: Path, pattern: str) -> None:
    assert list(installed.joinpath("aufruf").glob(pattern))


def test_wheel_says_licence_and_command(installed: Path) -> None:
    (info,) = installed.glob("aufruf-*.dist-info")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "License-Expression: EUPL-1.2\n" in (info / "METADATA").read_text(encoding="utf-8")
    assert project["scripts"] == {"aufruf": "aufruf.app.cli:main"}
    assert "aufruf = aufruf.app.cli:main" in (info / "entry_points.txt").read_text(encoding="utf-8")
    assert not any((installed / part).exists() for part in PARTS)


def test_installed_wheel_serves_a_page_and_its_static_files(
    installed: Path, tmp_path: Path
) -> None:
    program = Path(__file__).with_name("serve_installed.py")
    needs = sysconfig.get_path("purelib")
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", str(program), str(installed), needs],
        check=False,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "AUFRUF_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout.splitlines()[-1])
    assert Path(answer["from"]).is_relative_to(installed)
    assert answer["page"] == 200
    assert answer["linked"]
    assert set(answer["linked"].values()) == {200}

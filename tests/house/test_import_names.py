"""A part named queue must never hide Python's own queue, wherever Python is started from."""

import subprocess
import sys

import pytest

from tests.house.checkout import PARTS, ROOT, project_files


@pytest.mark.parametrize(
    "arguments",
    [
        ["-m", "pip", "--version"],
        ["-m", "pytest", "--version"],
        ["-c", "import asyncio, queue; queue.SimpleQueue"],
        ["-c", "import aufruf.queue.models, queue; queue.SimpleQueue"],
    ],
    ids=["pip", "pytest", "queue", "both queues"],
)
def test_python_started_in_the_root_finds_its_own_queue(arguments: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, *arguments], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr


def test_parts_and_tests_are_namespace_packages() -> None:
    inits = [
        path
        for path in project_files()
        if path.name == "__init__.py" and path.parts[0] in (*PARTS, "tests")
    ]
    assert inits == []

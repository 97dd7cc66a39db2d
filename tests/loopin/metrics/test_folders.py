"""The folder of the values, where everybody on the host may make others beside it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from loopin.metrics.recording import SHARED_MEMORY, recording
from tests.children import start_child
from tests.live import free_port

PREFIX = f"{SHARED_MEMORY}/loopin-metrics"


def record() -> None:
    with recording():
        pass


def exit_code_of(work) -> int:
    child = start_child(lambda: os._exit(42) if work() is None else None)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def beside():
    """`beside(name, target)`: a link beside the folders."""
    made = []

    def link(name: str, target: Path) -> Path:
        path = Path(f"{PREFIX}-{name}")
        path.symlink_to(target)
        made.append(path)
        return path

    yield link
    for path in made:
        path.unlink()


def test_what_strangers_put_beside_the_folders_keeps_no_server_from_starting(
    settings, beside, tmp_path
):
    settings.METRICS_PORT = free_port()
    dead = start_child(lambda: None)
    os.waitpid(dead, 0)
    (tmp_path / "kept").touch()
    links = [
        beside(f"{dead}-nowhere", tmp_path / "nothing"),
        beside(f"{dead}-elsewhere", tmp_path),
        beside("word-1", tmp_path),
        beside("-1-1", tmp_path),
        beside(f"{10**30}-1", tmp_path),
    ]
    assert exit_code_of(record) == 42
    assert (tmp_path / "kept").exists()
    assert all(link.is_symlink() for link in links)


def test_a_full_disk_costs_the_metrics_and_no_process():
    """The library alone makes files without taking room, and the write of a process ends it."""
    filling = subprocess.run(
        [sys.executable, "-m", "tests.loopin.metrics.filling"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert filling.returncode == 0, filling.stderr
    assert filling.stderr.count("No metrics from this process") == 1

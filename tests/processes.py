"""The product's commands as processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
INHERITED = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}


def own_environment(**variables: str) -> dict[str, str]:
    """The environment of a product that knows nothing of the settings of the tests."""
    inherited = {name: value for name, value in os.environ.items() if name in INHERITED}
    return inherited | {"ENV_FILE": "", "PYTHONUNBUFFERED": "1"} | variables


def start(
    *words: str, environment: dict[str, str], log: Path, folder: Path = ROOT
) -> subprocess.Popen:
    """Start a command of `manage.py` in a group of its own; what it writes is added to the log."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def end(process: subprocess.Popen, *, seconds: float = 90) -> None:
    """Tell a process to end, unless it has, and wait until it does."""
    if process.poll() is None:
        process.terminate()
        process.wait(timeout=seconds)

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.accounts.pictures import made
from tests.clients.packages import PACKAGES
from tests.live import LiveSite
from tests.npm import environment as npm_environment

Run = Callable[..., str]


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """An empty folder below the npm packages, so that what is compiled there finds them."""
    PACKAGES.install()
    with tempfile.TemporaryDirectory(prefix="run-", dir=PACKAGES.folder) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def description(folder: Path, _live_server: LiveSite) -> Path:
    """The file of what the running product says of its API."""
    with urllib.request.urlopen(f"{_live_server.url}/api/openapi.json", timeout=30) as response:
        path = folder / "description.json"
        path.write_bytes(response.read())
    return path


@pytest.fixture(scope="session")
def run(folder: Path) -> Run:
    """`run("tsc", "-p", …, at="hey_api")`: what a command prints; it fails where the command does.

    It finds node, the npm packages and the commands of our own environment.
    """
    environment = npm_environment()
    ours = (str(PACKAGES.modules / ".bin"), str(Path(sys.executable).parent))
    environment["PATH"] = os.pathsep.join((*ours, environment["PATH"]))

    def call(*command: str | Path, at: str = ".") -> str:
        done = subprocess.run(
            command,
            cwd=folder / at,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    return call


@pytest.fixture(scope="session")
def typescript(folder: Path, description: Path) -> str:
    """The journeys in TypeScript, beside which clients are made; the name of their folder."""
    shutil.copytree(Path(__file__).parent / "typescript", folder / "typescript")
    shutil.copy(description, folder / "typescript")
    return "typescript"


@pytest.fixture(scope="session")
def picture(folder: Path) -> Path:
    path = folder / "picture.jpg"
    path.write_bytes(made.jpeg())
    return path

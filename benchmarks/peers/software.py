"""Brings in what the peers need, as their lock files pin it, unless it is there."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.peers.folders import APPS, PYTHON, SCRATCH, SOURCES
from benchmarks.site import ROOT
from tests.npm import NODE_COMMANDS, Packages

LOAD = SCRATCH / "load"
LOCK = SOURCES / "requirements.lock"
NODE = NODE_COMMANDS / "node"
BETTER_AUTH = Packages(APPS / "better_auth", "bench/better_auth")


def missing() -> list[str]:
    """What this machine lacks, each as a sentence that says what is left out."""
    if shutil.which("cc"):
        return []
    return ["There is no C compiler (cc), with which the load is built: nothing can be measured."]


def make() -> None:
    """Raises CalledProcessError or RuntimeError if something cannot be brought in."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    _unless_made(SOURCES / "load.c", LOAD, _compile)
    _unless_made(LOCK, PYTHON, _install)
    BETTER_AUTH.install()
    shutil.copyfile(APPS / "better_auth" / "server.mjs", BETTER_AUTH.folder / "server.mjs")


def _unless_made(source: Path, target: Path, make_it: Callable[[], None]) -> None:
    """Make the target again when its source has changed."""
    stamp, wanted = target.with_suffix(".made"), hashlib.sha256(source.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    make_it()
    stamp.write_text(wanted)


def _compile() -> None:
    subprocess.run(["cc", "-O2", "-o", LOAD, SOURCES / "load.c"], check=True)


def _install() -> None:
    """The peers' Python is not ours: they choose versions of their own."""
    shutil.rmtree(PYTHON, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", PYTHON], check=True)
    python, options = str(PYTHON / "bin" / "python"), ("--quiet", "--disable-pip-version-check")
    words = ["-m", "pip", "install", *options, "--require-hashes", "-r", str(LOCK)]
    subprocess.run([python, *words], check=True)


def versions() -> dict[str, str]:
    """Of what is compared, by name."""
    code = f"import importlib.metadata as m; print(*map(m.version, {SHOWN!r}))"
    told = _output(PYTHON / "bin" / "python", "-c", code).split()
    own = f"import importlib.metadata as m; print(*map(m.version, {OWN!r}))"
    ours = _output(sys.executable, "-c", own).split()
    return {
        "Python": sys.version.partition(" ")[0],
        **{f"our {name}": version for name, version in zip(OWN, ours, strict=True)},
        **dict(zip(SHOWN, told, strict=True)),
        "Node": _output(NODE, "--version"),
        "better-auth": _npm_version("better-auth"),
        "compiler": _output("cc", "--version").splitlines()[0],
    }


SHOWN = (
    *("django", "django-allauth", "djangorestframework", "djangorestframework-simplejwt"),
    *("drfpasswordless", "fastapi", "granian", "gunicorn", "psycopg", "uvicorn"),
)
OWN = ("django", "django-ninja", "granian", "psycopg")


def _npm_version(package: str) -> str:
    lines = (BETTER_AUTH.modules / package / "package.json").read_text().splitlines()
    return next(line.split('"')[3] for line in lines if line.strip().startswith('"version"'))


def _output(*words: str | Path) -> str:
    return subprocess.run(
        words, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
    ).stdout.strip()

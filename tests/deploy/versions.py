"""Programs of the versions of PostgreSQL that the product is for, as far as there are packages.

16 and 18 come with the embedded server. The others are npm packages for Linux on x64; elsewhere
they are missing.
"""

import json
from pathlib import Path

from tests.clusters import programs
from tests.npm import Packages

PACKAGES = Packages(Path(__file__).parent / "postgresql", "postgresql")
EMBEDDED = (16, 18)
FROM_NPM = (15, 17)


def programs_of(version: int) -> Path | None:
    """The folder of the version's `initdb`, `pg_ctl` and `postgres`; None if it is missing."""
    if version in EMBEDDED:
        return programs(version)
    PACKAGES.install()
    native = PACKAGES.modules / f"postgresql-{version}" / "native"
    if not native.exists():
        return None
    _link_libraries(native)
    return native / "bin"


def _link_libraries(native: Path) -> None:
    """What the package's install script would do: archives of npm hold no symbolic links."""
    for link in json.loads((native / "pg-symlinks.json").read_text(encoding="utf-8")):
        target = native.parent / link["target"]
        if not target.is_symlink():
            target.symlink_to(Path(link["source"]).name)


if __name__ == "__main__":
    PACKAGES.install()

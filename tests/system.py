"""What the tests take from the system besides Python: a browser, the library that playwright's own
node is linked with, curl for the walks of the documents, nginx, PgBouncer, PostgreSQL and
pgBackRest for what stands around the site, and Prometheus for what watches it.

`make test` runs this first. As root on a Debian it installs what is missing; elsewhere it says so.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright


def has_node() -> bool:
    """Whether playwright's node starts: without libatomic, on a bare Debian, it does not."""
    command = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def find_browser() -> str | None:
    """The command of a browser; None if there is none but perhaps playwright's own.

    Chromium without a window comes first, because pages take half the time in it.
    """
    commands = ("chromium-headless-shell", "chromium", "google-chrome")
    return next(filter(None, map(shutil.which, commands)), None)


def has_browser() -> bool:
    if find_browser():
        return True
    if not has_node():
        return False
    with sync_playwright() as playwright:
        return os.path.exists(playwright.chromium.executable_path)


def find_server(name: str) -> str | None:
    """The command of a server, which Debian keeps where only root looks."""
    return shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


def find_nginx() -> str | None:
    return find_server("nginx")


def newest_postgresql() -> int:
    """The newest major version of which Debian's server is installed; 0 without any."""
    servers = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return max((int(server.parts[4]) for server in servers), default=0)


NEEDED = {
    "libatomic1": has_node,
    "chromium-headless-shell": has_browser,
    "curl": lambda: shutil.which("curl") is not None,
}
"""Debian's name of each package, and whether what the tests need of it is there."""


WANTED = {
    "nginx-light": lambda: find_nginx() is not None,
    "pgbouncer": lambda: find_server("pgbouncer") is not None,
    "prometheus": lambda: shutil.which("promtool") is not None,
    "pgbackrest": lambda: shutil.which("pgbackrest") is not None,
    "postgresql": lambda: newest_postgresql() > 0,
    "caddy": lambda: shutil.which("caddy") is not None,
}
"""Likewise, but without it some tests are skipped, and say so."""


def missing(packages: dict[str, Callable[[], bool]]) -> list[str]:
    return [package for package, is_there in packages.items() if not is_there()]


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Install what Debian has of them; what it says of the others is seen."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
        command = ["apt-get", *words]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def main() -> None:
    for packages in (NEEDED, WANTED):
        if (absent := missing(packages)) and may_install():
            install(absent)
    if absent := missing(WANTED):
        print(f"Tests that need {' '.join(absent)}, a package of Debian, are skipped.")
    if absent := missing(NEEDED):
        sys.exit(
            f"The tests need what these Debian packages hold: {' '.join(absent)}.\n"
            f"On a Debian: sudo apt-get install {' '.join(absent)}\n"
            "Another Chromium will do, too: .venv/bin/playwright install --with-deps chromium"
        )


if __name__ == "__main__":
    main()

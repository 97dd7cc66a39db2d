"""What the tests take from the system besides Python: a browser, the library that playwright's own
node is linked with, and curl for the walks of the documents.

`make test` runs this first. As root on a Debian it installs what is missing; elsewhere it says so.
"""

import os
import shutil
import subprocess
import sys

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


NEEDED = {
    "libatomic1": has_node,
    "chromium-headless-shell": has_browser,
    "curl": lambda: shutil.which("curl") is not None,
}
"""Debian's name of each package, and whether what the tests need of it is there."""


def missing() -> list[str]:
    return [package for package, is_there in NEEDED.items() if not is_there()]


def install(packages: list[str]) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
        subprocess.run(["apt-get", *words], env=environment, stdout=subprocess.DEVNULL, check=True)


def main() -> None:
    packages = missing()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        install(packages)
        packages = missing()
    if packages:
        sys.exit(
            f"The tests need what these Debian packages hold: {' '.join(packages)}.\n"
            f"On a Debian: sudo apt-get install {' '.join(packages)}\n"
            "Another Chromium will do, too: .venv/bin/playwright install --with-deps chromium"
        )


if __name__ == "__main__":
    main()

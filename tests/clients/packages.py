"""The npm packages that lint the description and make clients from it."""

from pathlib import Path

from tests.npm import Packages

PACKAGES = Packages(Path(__file__).parent, "clients")

if __name__ == "__main__":
    PACKAGES.install()

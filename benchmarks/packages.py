"""Which package a function belongs to, by the file that it is in."""

import sysconfig
from pathlib import Path

from benchmarks.site import ROOT


def package_of(file: str, root: Path = ROOT) -> str:
    """`django.db`, `ninja`, `accounts.codes` …, of the checkout at `root`."""
    for folder in (sysconfig.get_path("purelib"), str(root), sysconfig.get_path("stdlib")):
        path = Path(file)
        if path.is_relative_to(folder):
            parts = path.relative_to(folder).with_suffix("").parts
            is_split = parts[0] in {"django", "accounts", "leads", "loopin"}
            return ".".join(parts[: 2 if is_split else 1])
    return file

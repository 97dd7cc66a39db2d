"""An earlier revision of the product, checked out beside this one."""

import subprocess
from pathlib import Path

from benchmarks.peers.folders import SCRATCH
from benchmarks.site import ROOT


def checkout(revision: str) -> tuple[Path, str]:
    """The folder of the revision, and its short name. Raises SystemExit if there is none."""
    found = subprocess.run(
        ["git", "rev-parse", "--short", "--verify", "--quiet", f"{revision}^{{commit}}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if found.returncode:
        raise SystemExit(f"There is no revision {revision!r}.")
    short = found.stdout.strip()
    folder = SCRATCH / f"before-{short}"
    if not folder.exists():
        subprocess.run(["git", "worktree", "prune"], cwd=ROOT, check=True)
        words = ["git", "worktree", "add", "--quiet", "--detach", str(folder), short]
        subprocess.run(words, cwd=ROOT, check=True)
    return folder, short

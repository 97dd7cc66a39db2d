"""What `deploy/debian/install.sh` lays out on a host, below a folder."""

import subprocess
from pathlib import Path

from tests.docs.markdown import ROOT

INSTALL = ROOT / "deploy" / "debian" / "install.sh"
HOST = "try.loopin.example"


def lay_out(folder: Path, host: str = HOST) -> subprocess.CompletedProcess:
    return subprocess.run(
        [INSTALL, "--files-only", folder, host], capture_output=True, text=True, check=False
    )


def release_in(folder: Path) -> Path:
    [release] = (folder / "opt/loopin/releases").iterdir()
    return release

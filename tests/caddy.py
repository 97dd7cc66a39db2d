"""Debian's Caddy with the configuration that `deploy/debian/install.sh` lays out, before a port."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.deploy import debian
from tests.live import free_port
from tests.nginx import wait_until_listening

PROGRAM = shutil.which("caddy")


def write(folder: Path) -> Path:
    """Write the configuration as it is, but for where the pages are."""
    assert debian.lay_out(folder).returncode == 0
    path = folder / "etc" / "caddy" / "Caddyfile"
    text = path.read_text().replace("/usr/share", f"{folder}/usr/share")
    text = text.replace("{\n", "{\n\tadmin off\n", 1)
    path.write_text(text)
    return path


def start(folder: Path, *, upstream: int) -> tuple[subprocess.Popen, int]:
    """The running Caddy, and the port on which it listens."""
    port = free_port()
    log = folder / "log"
    where = {"SITE_HOST": f"http://127.0.0.1:{port}", "UPSTREAM": f"127.0.0.1:{upstream}"}
    process = subprocess.Popen(
        [
            PROGRAM,
            "run",
            "--adapter=caddyfile",
            "--config",
            write(folder),
        ],
        env=os.environ | where | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        stderr=log.open("wb"),
    )
    wait_until_listening(process, port, log)
    return process, port

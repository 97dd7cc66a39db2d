"""Debian's nginx with the configuration of `docs/examples/nginx.conf`, in front of a port."""

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.docs.markdown import read
from tests.live import free_port

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")

AROUND = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/errors;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/loopin.conf;
}}
"""


def write(folder: Path, *, port: int, upstream: int, seconds: int = 10) -> Path:
    """Write the configuration as it is in the example, but for TLS, the ports, and how many
    `seconds` a slow client has."""
    text = read("docs/examples/nginx.conf")
    text = re.sub(r" *ssl_certificate.*\n", "", text)
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    text = re.sub(r"((?:header|body|send)_timeout +)10s", rf"\g<1>{seconds}s", text)
    (folder / "loopin.conf").write_text(text)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    return folder / "nginx.conf"


def start(folder: Path, *, upstream: int, seconds: int = 10) -> tuple[subprocess.Popen, int]:
    """The running nginx, and the port on which it listens."""
    port = free_port()
    configuration = write(folder, port=port, upstream=upstream, seconds=seconds)
    process = subprocess.Popen([PROGRAM, "-p", folder, "-c", configuration])
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert process.poll() is None, (folder / "errors").read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, port
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")

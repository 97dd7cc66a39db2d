"""Debian's nginx with the configuration of `deploy/proxy/nginx.conf`, in front of a port."""

import re
import socket
import subprocess
import time
from pathlib import Path

from tests import processes
from tests.docs.markdown import ROOT, read
from tests.live import free_port
from tests.system import find_nginx
from tests.waiting import eventually

PROGRAM = find_nginx()

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


def write(
    folder: Path, *, port: int, upstream: int, seconds: int = 10, plain_port: int = 0
) -> Path:
    """Write the configuration as it is, but for TLS, the ports, where the pages are, and how many
    `seconds` a slow client has."""
    text = read("deploy/proxy/nginx.conf")
    text = re.sub(r" *ssl_certificate.*\n", "", text)
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain_port or free_port()};")
    text = text.replace("/usr/share/loopin", str(ROOT / "deploy" / "proxy"))
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    text = re.sub(r"((?:header|body|send)_timeout +)10s", rf"\g<1>{seconds}s", text)
    (folder / "loopin.conf").write_text(text)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    return folder / "nginx.conf"


def start(
    folder: Path, *, upstream: int, seconds: int = 10, plain_port: int = 0
) -> tuple[subprocess.Popen, int]:
    """The running nginx, and the port on which it listens; `plain_port`: the one without TLS."""
    port = free_port()
    configuration = write(
        folder, port=port, upstream=upstream, seconds=seconds, plain_port=plain_port
    )
    process = subprocess.Popen([PROGRAM, "-p", folder, "-c", configuration])
    wait_until_listening(process, port, folder / "errors")
    return process, port


def wait_until_listening(process: subprocess.Popen, port: int, log: Path) -> None:
    def is_listening() -> bool:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        eventually(is_listening, failure=f"nobody listens: see {log}")
    except BaseException:
        processes.kill([process])
        raise


def seconds_until_cut(port: int, begin: bytes, dribble: bytes, *, most: int) -> float:
    """How long a client is kept that sends a beginning and then a byte now and then.

    It fails after the `most` seconds.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=most) as client:
        client.sendall(begin)
        began = time.monotonic()
        client.settimeout(0.4)
        while time.monotonic() - began < most:
            try:
                client.recv(100)
            except TimeoutError:
                if not dribble or _was_sent(client, dribble):
                    continue
            except ConnectionResetError:
                pass
            return time.monotonic() - began
    raise AssertionError("the client was not cut")


def _was_sent(client: socket.socket, text: bytes) -> bool:
    try:
        client.sendall(text)
    except OSError:  # it was cut a moment before
        return False
    return True

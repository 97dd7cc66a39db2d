"""Plays `deploy/debian/install.sh` in an empty Debian, twice, to the first sign-up through Caddy.

`python -m tests.deploy.bare_debian` takes root, the package mmdebstrap and some minutes, so it is
no part of `make test`. It changes nothing outside of its folder below /var/tmp, but the folder is
no container: ports 80, 443, 5432 and 8000 have to be free. Packages come from this machine's
sources.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests import twilio  # noqa: E402
from tests.cast import ALICE, PROFILE  # noqa: E402
from tests.deploy.deployed import HOST  # noqa: E402
from tests.docs.markdown import ROOT  # noqa: E402
from tests.settings import PROVIDER  # noqa: E402
from tests.waiting import eventually  # noqa: E402

PATHS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SOURCES = ("PIP_", "SSL_", "REQUESTS_", "HTTP", "http", "NO_PROXY", "no_proxy")
MACHINE = ("/etc/apt", "/etc/pip.conf", "/etc/resolv.conf", "/etc/hosts", "/root/.config/pip")
LOCAL_CERTIFICATES = "{\n\tlocal_certs\n\tskip_install_trust\n\tadmin off\n"


class Host:
    """An empty Debian in a folder."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.processes: list[subprocess.Popen] = []

    def command(self, *words: str) -> list[str]:
        ours = [f"{name}={value}" for name, value in os.environ.items() if name.startswith(SOURCES)]
        bare = ["env", "-i", "HOME=/root", f"PATH={PATHS}", "LANG=C.UTF-8", *ours]
        return ["chroot", str(self.root), *bare, *words]

    def run(self, *words: str) -> str:
        done = subprocess.run(self.command(*words), capture_output=True, text=True, check=False)
        print(f"$ {' '.join(words)}\n{done.stdout[-1500:]}{done.stderr[-1500:]}", flush=True)
        done.check_returncode()
        return done.stdout

    def start(self, *words: str) -> None:
        with (self.root / "var/log" / words[-1].strip("/").replace("/", "-")).open("wb") as log:
            process = subprocess.Popen(
                self.command(*words), stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)

    def stop(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)

    def curl(self, *words: str) -> str:
        authority = self.root / "root/.local/share/caddy/pki/authorities/local/root.crt"
        command = ["curl", "-sS", "--noproxy", "*", "--cacert", str(authority)]
        command += ["--resolve", f"{HOST}:80:127.0.0.1", "--resolve", f"{HOST}:443:127.0.0.1"]
        command += ["--write-out", "\n%{http_code} %{redirect_url}", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    def post(self, path: str, body: dict, token: str = "") -> dict:
        headers = ["-H", "Content-Type: application/json", "-H", f"Authorization: Bearer {token}"]
        said = self.curl(*headers, "-d", json.dumps(body), f"https://{HOST}{path}")
        answer, _, status = said.rpartition("\n")
        print(f"POST {path} {status}", flush=True)
        assert status.startswith("200"), said
        return json.loads(answer)


@contextmanager
def bare_host() -> Iterator[Host]:
    folder = Path(tempfile.mkdtemp(prefix="loopin-debian-", dir="/var/tmp"))
    release = re.search(r"VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text())[1]
    words = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase"]
    sources = [str(path) for path in Path("/etc/apt/sources.list.d").glob("debian.sources")]
    words += ["--include=ca-certificates", release, str(folder), *sources]
    subprocess.run(words, check=True)
    for path in (folder / "etc/apt/sources.list.d").iterdir():  # this machine's follow
        path.unlink()
    host = Host(folder)
    for path in filter(os.path.exists, MACHINE):
        subprocess.run(["cp", "-r", "--parents", path, folder], check=True)
    authorities = "etc/ssl/certs/ca-certificates.crt"
    shutil.copyfile(f"/{authorities}", folder / authorities)
    mounted = [folder / name for name in ("proc", "sys", "dev")]
    for path in mounted:
        subprocess.run(["mount", "--rbind", f"/{path.name}", path], check=True)
    try:
        yield host
    finally:
        host.stop()
        subprocess.run(host.command("service", "postgresql", "stop"), check=False)
        for path in mounted:
            subprocess.run(["umount", "--recursive", "--lazy", path], check=True)
        shutil.rmtree(folder)


def fill_in(settings: Path) -> None:
    """What only the operator knows."""
    text = settings.read_text()
    text = text.replace("ACCOUNT_SID=\n", f"ACCOUNT_SID=AC{'0' * 32}\n")
    text = text.replace("AUTH_TOKEN=\n", f"AUTH_TOKEN={twilio.AUTH_TOKEN}\n")
    text = text.replace("SERVICE_SID=\n", f"SERVICE_SID={twilio.SERVICE}\n")
    settings.write_text(text + f"TWILIO_API_URL={PROVIDER.url}\n")


def play(host: Host) -> None:
    checkout = host.root / "root" / "loopin"
    unwanted = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".mypy_cache")
    shutil.copytree(ROOT, checkout, ignore=unwanted)
    install = ("/root/loopin/deploy/debian/install.sh", HOST)
    with socket.create_server(("127.0.0.1", 80)):
        refused = subprocess.run(
            host.command(*install), capture_output=True, text=True, check=False
        )
    assert "port 80 is taken" in refused.stderr, refused
    assert not (host.root / "etc/loopin").exists()
    host.run(*install)
    settings = host.root / "etc/loopin/loopin.env"
    before = settings.read_text()
    # What an interruption while the requirements were installed leaves.
    [requirements] = host.root.glob("opt/loopin/releases/*/venv")
    for path in (requirements / "bin/pip", requirements / "made-by"):
        path.unlink()
    host.run(*install)
    assert settings.read_text() == before
    fill_in(settings)
    # No certificate is to be had for a host that is nowhere, so Caddy signs one itself.
    caddyfile = host.root / "etc/caddy/Caddyfile"
    caddyfile.write_text(caddyfile.read_text().replace("{\n", LOCAL_CERTIFICATES, 1))
    for words in re.findall(r"^ExecStart=\S+ manage.py (.+)$", units("web", "worker"), re.M):
        host.start("loopin", *words.split())
    host.start("caddy", "run", "--config", "/etc/caddy/Caddyfile")
    eventually(lambda: '"healthy"' in host.curl(f"https://{HOST}/api/health"), seconds=120)
    assert f"https://{HOST}/signup/" in host.curl(f"http://{HOST}/signup/")

    number = {"phone_number": ALICE}
    host.post("/api/auth/signup", number)
    code = {"otp_code": PROVIDER.last_code(ALICE)}
    token = host.post("/api/auth/verify-otp", number | code)["token"]
    host.post("/api/auth/complete-profile", PROFILE, token)
    for words in re.findall(r"^ExecStart=\S+ manage.py (.+)$", units("purge", "backup"), re.M):
        host.run("loopin", *words.split())
    restore(host)
    print("A person signed up on a Debian that was empty.")


def restore(host: Host) -> None:
    """The newest backup, in the place of what is there."""
    host.stop()
    [*_, newest] = sorted((host.root / "var/backups/loopin").iterdir())
    host.run("loopin", "restore", f"/var/backups/loopin/{newest.name}", "--overwrite")
    host.run("loopin", "migrate", "--no-input")
    count = "from accounts.models import User; print(User.objects.count(), 'people')"
    assert "1 people" in host.run("loopin", "shell", "-c", count)


def units(*names: str) -> str:
    folder = ROOT / "deploy" / "debian" / "systemd"
    return "\n".join((folder / f"loopin-{name}.service").read_text() for name in names)


if __name__ == "__main__":
    with bare_host() as host:
        play(host)

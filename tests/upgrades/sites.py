"""A site of one version of the code: its commands, its server and its worker, as processes."""

import io
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

from tests import processes, twilio
from tests.live import free_port, wait_until_up
from tests.released import release


def unpack(commit: str, folder: Path) -> Path:
    """The product as it was at a commit, without its tests and documents of every kind."""
    parts = ("accounts", "interests", "leads", "loopin", "templates", "static", "locale", "docs")
    files = ("manage.py", "PHONE_AUTHENTICATION.md", "EMAIL_ACCOUNTS.md")
    archive = release.git("archive", "--format=tar", commit, *parts, *files)
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        # Python has this filter from 3.11.4 on, and from 3.12 on wants to be told of one.
        packed.extraction_filter = getattr(tarfile, "data_filter", None)
        packed.extractall(folder)
    return folder


def environment(database_url: str, media: Path, provider: twilio.Provider) -> dict[str, str]:
    """What both versions are told: one database, one folder of pictures, the same secrets."""
    return processes.own_environment() | {
        "ENVIRONMENT": "dev",
        "DEBUG": "false",
        "SECRET_KEY": "a secret of both versions, which are one site",
        "JWT_SECRET_KEY": "another secret of both versions of that site",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": database_url,
        "MEDIA_ROOT": str(media),
        "PHONE_VALIDATION": "e164",
        "PROOF_OF_WORK": "off",
        "LEAD_CONSENT_REQUIRED": "false",
        "STAFF_REQUIRE_2FA": "false",
        "TWILIO_TEST_MODE": "false",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": twilio.AUTH_TOKEN,
        "TWILIO_MESSAGING_SERVICE_SID": twilio.SERVICE,
        "TWILIO_API_URL": provider.url,
        "WORKERS": "1",
        "WORKER_THREADS": "8",
    }


@dataclass
class Site:
    """`folder` has the code. What its processes write is in `logs`."""

    folder: Path
    environment: dict[str, str]
    logs: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def manage(self, *words: str, **variables: str) -> str:
        """Run a command to its end; what it printed. It has to succeed."""
        process = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=self.folder,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert process.returncode == 0, f"{' '.join(words)}\n{process.stdout}{process.stderr}"
        return process.stdout

    def serve(self) -> tuple[subprocess.Popen[bytes], str]:
        """Start a server without a worker; the process and the address."""
        port = free_port()
        process, log = self._start("serve", "--port", str(port), "--no-worker")
        url = f"http://127.0.0.1:{port}"
        wait_until_up(process, url, log)
        return process, url

    def work(self) -> subprocess.Popen[bytes]:
        """Start a worker. What it does shows when it is at work: versions say it in other words."""
        return self._start("work")[0]

    def _start(self, *words: str) -> tuple[subprocess.Popen[bytes], Path]:
        self.logs.mkdir(exist_ok=True)
        path = self.logs / f"{words[0]}-{len(self.running)}.log"
        process = processes.start(
            *words, environment=self.environment, log=path, folder=self.folder
        )
        self.running.append(process)
        return process, path

    def log(self) -> str:
        """Everything that its processes have written."""
        return "\n".join(path.read_text() for path in sorted(self.logs.glob("*.log")))

    def stop(self) -> None:
        processes.end(*self.running)

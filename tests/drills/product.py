"""The product's own processes on a cluster, and what people, staff and other systems do there."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests import processes
from tests.accounts.pictures import made
from tests.cast import PROFILE
from tests.clusters import Cluster
from tests.live import LiveSite, free_port, wait_until_up

STAFF = {"username": "mona", "password": "battery staple"}
BEGIN = """
from accounts.models import User
from leads.models import WebhookEndpoint
from leads.models.webhook_types import EVENT_TYPES
User.objects.create_superuser({username!r}, password={password!r})
WebhookEndpoint.objects.create(url={url!r}, event_types=EVENT_TYPES)
"""


@dataclass
class Product:
    """One installation: where its data are, and its processes."""

    cluster: Cluster
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return processes.own_environment() | {
            "PATH": f"{self.cluster.programs}:{os.environ['PATH']}",
            "DATABASE_URL": self.cluster.url,
            "MEDIA_ROOT": str(self.folder / "media"),
            "WORKERS": "1",
            "DJANGO_SETTINGS_MODULE": "tests.served",
            "INBOX_PATH": str(self.folder / "inbox.jsonl"),
            **self.variables,
        }

    def manage(self, *words: str, status: int = 0) -> str:
        """What a command says."""
        result = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=processes.ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert result.returncode == status, result.stdout + result.stderr
        return result.stdout + result.stderr

    def begin(self, webhook_url: str) -> None:
        """A migrated database with a member of staff, and a system that is told everything."""
        self.manage("migrate", "-v0")
        self.manage("shell", "-v0", "-c", BEGIN.format(url=webhook_url, **STAFF))

    def start(self, *words: str) -> Path:
        """Start a process; its log."""
        log = self.folder / f"{words[0]}.log"
        self.running[words[0]] = processes.start(*words, environment=self.environment, log=log)
        return log

    def serve(self) -> "Visitor":
        """Start the web server and the worker."""
        port = free_port()
        log = self.start("serve", "--port", str(port), "--no-worker")
        self.start("work")
        url = f"http://127.0.0.1:{port}"
        wait_until_up(self.running["serve"], url, log)
        return Visitor(LiveSite(url, log))

    def stop(self, *names: str) -> None:
        """Stop these processes, or all of them."""
        for name in names or list(self.running):
            processes.end(self.running.pop(name))


@contextmanager
def product(
    cluster: Cluster, folder: Path, variables: dict[str, str] | None = None
) -> Iterator[Product]:
    (folder / "media").mkdir(parents=True, exist_ok=True)
    made_here = Product(cluster, folder, variables or {})
    try:
        yield made_here
    finally:
        for process in made_here.running.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@dataclass
class Visitor:
    """Whoever comes to a site: people with an app, and staff with a browser."""

    site: LiveSite

    def ask(self, method: str, path: str, token: str = "", **more) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.request(method, self.site.url + path, headers=headers, timeout=30, **more)
        assert answer.ok, f"{path} {answer.status_code} {answer.text}"
        return answer

    def sign_up(self, phone_number: str) -> dict:
        """A person with a profile and a picture: their tokens, and the picture's path."""
        self.ask("POST", "/api/auth/signup", json={"phone_number": phone_number})
        code = {"phone_number": phone_number, "otp_code": self.site.last_code(phone_number)}
        answer = self.ask("POST", "/api/auth/verify-otp", json=code).json()
        token = answer["token"]
        files = {"files": ("a.jpg", made.jpeg(), "image/jpeg")}
        sent = self.ask("POST", "/api/auth/profile-pictures", token, files=files).json()
        url = sent["data"]["pictures"][0]["url"]
        body = PROFILE | {"profile_pictures": [url]}
        self.ask("POST", "/api/auth/complete-profile", token, json=body)
        path = url[url.index("/media/") :]
        return {
            "phone_number": phone_number,
            "token": token,
            "refresh_token": answer["data"]["refresh_token"],
            "picture": path,
            "content": self.ask("GET", path).content,
        }

    def open_desk(self) -> "Desk":
        browser = requests.Session()
        address = f"{self.site.url}/django/admin/login/"
        browser.get(address, timeout=30)
        form = STAFF | {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        answer = browser.post(address, form, headers={"Referer": address}, timeout=30)
        assert answer.ok
        return Desk(browser)


@dataclass
class Desk:
    """An open tab of the desk, which outlives the site that it was opened at."""

    browser: requests.Session
    etag: str = ""
    rows: str = ""

    def poll(self, site: LiveSite) -> requests.Response:
        """Ask as the page does, with what it has seen."""
        headers = {"HX-Request": "true", "HX-Trigger": "list"}
        if self.etag:
            headers |= {"If-None-Match": self.etag, "Desk-Rows": self.rows}
        answer = self.browser.get(f"{site.url}/leads/", headers=headers, timeout=30)
        assert answer.status_code in (200, 304), answer.text
        self.etag = answer.headers.get("ETag", self.etag)
        return answer

"""The product in a database of its own, made and used by two roles, as operators run it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import requests

from tests import processes
from tests import receiver as receivers
from tests.live import LiveSite, free_port, wait_until_up
from tests.waiting import eventually

ROLES = processes.ROOT / "deploy" / "postgresql" / "roles.sql"
PASSWORD = "a horse of another colour"
CREATE_ENDPOINT = """
from leads.models import WebhookEndpoint
from leads.models.webhook_types import LeadEventType
WebhookEndpoint.objects.create(url="{url}", event_types=LeadEventType.values)
"""


class Site:
    """A database on the server behind a socket, and the product's commands for it."""

    def __init__(self, folder: Path, *, socket: str, name: str, psql: str) -> None:
        self.folder, self.socket, self.name, self.psql = folder, socket, name, psql
        self.owner, self.runtime = f"{name}_owner", f"{name}_runtime"
        self.code = processes.ROOT
        self.headers: dict[str, str] = {}
        self.processes: list[subprocess.Popen] = []
        self.servers: list[Any] = []
        self.live = LiveSite("", folder / "log")

    def address(self, role: str) -> str:
        return f"postgresql://{role}@/{self.name}?host={self.socket}"

    def connect(self, role: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.address(role), autocommit=True)

    def create_roles(self, **names: str) -> subprocess.CompletedProcess:
        """Run the file that makes the roles and the database."""
        said = {"database": self.name, "owner": self.owner, "runtime": self.runtime} | names
        command = [self.psql, "--no-psqlrc", "--quiet", f"--file={ROLES}"]
        command += [f"--set={name}={value}" for name, value in said.items()]
        address = f"host={self.socket} user=postgres dbname=postgres"
        return subprocess.run([*command, address], capture_output=True, text=True, check=False)

    def environment(self) -> dict[str, str]:
        media = self.folder / "media"
        media.mkdir(exist_ok=True)
        return processes.own_environment() | {
            "DJANGO_SETTINGS_MODULE": "tests.served",
            "INBOX_PATH": str(self.folder / "inbox.jsonl"),
            "DEBUG": "false",
            "ENVIRONMENT": "dev",
            "PHONE_VALIDATION": "e164",
            "DATABASE_URL": self.address(self.runtime),
            "MEDIA_ROOT": str(media),
        }

    def manage(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=self.code,
            env=self.environment() | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def migrate(self) -> None:
        owner = self.address(self.owner)
        done = self.manage("migrate", "-v0", MIGRATION_DATABASE_URL=owner)
        assert done.returncode == 0, done.stderr

    def serve(self, *words: str) -> None:
        """Start the server with its worker, or as the words say, as the runtime role."""
        port = free_port()
        self.live = LiveSite(f"http://127.0.0.1:{port}", self.live.log_path)
        few = {"WORKERS": "1", "WORKER_THREADS": "4"}
        process = self.start(*(words or ["serve"]), "--port", str(port), **few)
        wait_until_up(process, self.live.url, self.live.log_path)

    def start(self, *words: str, **environment: str) -> subprocess.Popen:
        """Start one of the commands that run until they are told to stop."""
        told, log = self.environment() | environment, self.live.log_path
        process = processes.start(*words, environment=told, log=log, folder=self.code)
        self.processes.append(process)
        return process

    def stop(self) -> None:
        try:
            processes.end(*self.processes, seconds=60)
        finally:
            self.processes.clear()
            for server in self.servers:
                server.shutdown()
                server.server_close()
            self.servers.clear()

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """An answer of the API, which has to be a success."""
        headers = self.headers | ({"Authorization": f"Bearer {token}"} if token else {})
        answer = requests.request(
            method, f"{self.live.url}{path}", json=body, headers=headers, timeout=30
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def sign_up(self, phone_number: str, profile: dict[str, Any]) -> str:
        """The token of a person who went the whole way through the API."""
        number = {"phone_number": phone_number}
        self.ask("POST", "/api/auth/signup", number)
        code = {"otp_code": self.last_code(phone_number)}
        token = self.ask("POST", "/api/auth/verify-otp", number | code)["token"]
        self.ask("POST", "/api/auth/complete-profile", profile, token)
        return token

    def last_code(self, phone_number: str) -> str:
        return self.live.last_code(phone_number)

    def delete_account(self, phone_number: str, token: str) -> None:
        earlier = self.live.last_code(phone_number)
        self.ask("POST", "/api/auth/account/delete-code", token=token)
        code = eventually(lambda: (now := self.live.last_code(phone_number)) != earlier and now)
        self.ask("DELETE", "/api/auth/account", {"otp_code": code}, token)

    def desk(self) -> str:
        """The desk's page as a superuser sees it, who is made and signs in with a password."""
        made = self.manage(
            *("createsuperuser", "--no-input", "--username=mona", "--email=mona@loopin.example"),
            DJANGO_SUPERUSER_PASSWORD=PASSWORD,
        )
        assert made.returncode == 0, made.stderr
        browser = requests.Session()
        address = f"{self.live.url}/django/admin/login/?next=/leads/"
        page = browser.get(address, timeout=30).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        form = {"csrfmiddlewaretoken": token, "username": "mona", "password": PASSWORD}
        answer = browser.post(address, form | {"next": "/leads/"}, timeout=30)
        assert answer.url == f"{self.live.url}/leads/", answer.text
        return answer.text

    def listen(self) -> receivers.Receiver:
        """A receiver that the worker tells of every lead from here on."""
        receiver, server = receivers.start()
        self.servers.append(server)
        done = self.manage("shell", "-c", CREATE_ENDPOINT.format(url=receiver.url))
        assert done.returncode == 0, done.stderr
        return receiver

    def wait_for_webhook(self, receiver: receivers.Receiver, kind: str) -> None:
        eventually(
            lambda: kind in [json.loads(message.body)["type"] for message in receiver.messages],
            seconds=60,
            failure=f"no {kind} was delivered: {self.live.log_path}",
        )

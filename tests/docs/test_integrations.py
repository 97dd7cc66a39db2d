"""docs/integrations.md is true: its receiver verifies real messages, its walk answers as shown."""

import json
import os
import subprocess
import time

import pytest

from accounts.models import ApiToken
from leads.models import Lead, WebhookEndpoint
from leads.models.lead_event import EventKind
from leads.webhooks import delivery
from leads.webhooks.signing import secret_of
from loopin.background import periodic
from tests import receiver as receivers
from tests.docs.markdown import ROOT, blocks, read
from tests.docs.same import differences

GUIDE = "docs/integrations.md"
NUMBER = "+916205829376"
LEAD_ID = "12"
END_OF_BLOCK = "----- end of block"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]


@pytest.fixture
def message(bob):
    """A real message, and the secret of its endpoint."""
    receiver, server = receivers.start()
    endpoint = WebhookEndpoint.objects.create(url=receiver.url, event_types=["lead.verified"])
    Lead.objects.advance(NUMBER, EventKind.PHONE_VERIFIED, user_id=bob.pk, is_verified=True)
    deadline = time.monotonic() + 10
    while not receiver.messages:
        assert time.monotonic() < deadline
        delivery.run()
        periodic.wait_for_threads(5)
    yield receiver.messages[0], secret_of(endpoint.seed)
    server.shutdown()
    server.server_close()


def test_the_receiver_of_the_guide_knows_what_is_genuine(message):
    [block] = blocks(read(GUIDE), "python")
    names = {}
    exec(block.text, names)
    real, secret = message
    is_genuine = names["is_genuine"]
    assert is_genuine(real.headers, real.body, secret)
    assert not is_genuine(real.headers, real.body + b" ", secret)
    assert not is_genuine(real.headers, real.body, "whsec_AAAA")
    old = real.headers | {"webhook-timestamp": str(int(time.time()) - 600)}
    assert not is_genuine(old, real.body, secret)
    two = real.headers | {"webhook-signature": f"v1,AAAA {real.headers['webhook-signature']}"}
    assert is_genuine(two, real.body, secret)


def test_a_message_looks_as_the_guide_shows(message):
    [block] = blocks(read(GUIDE), "http")
    head, _, body = block.text.partition("\n\n")
    real, _ = message
    shown = json.loads(body)
    shown["data"]["lead_id"] = Lead.objects.get().pk
    assert differences(shown, json.loads(real.body)) == []
    for line in head.splitlines()[1:]:
        name, _, value = line.partition(": ")
        assert len(real.headers[name.lower()]) == len(value) or name == "webhook-id"


def test_the_walk_with_curl_answers_as_the_guide_says(live, staff):
    Lead.objects.advance(NUMBER, EventKind.CODE_REQUESTED, source="api", contact_consent=True)
    lead = Lead.objects.get()
    outputs = pasted([block.text for block in blocks(read(GUIDE), "bash")], live, staff, lead)
    listed, revealed, called, timeline, refused = [json.loads(output) for output in outputs]
    shown_list, shown_refusal = [json.loads(b.text) for b in blocks(read(GUIDE), "json")]
    assert differences(shown_list, listed) == []
    assert differences(shown_refusal, refused) == []
    assert revealed["data"]["phone_number"] == NUMBER
    assert called["data"]["status"] == "contacted"
    kinds = [event["kind"] for event in timeline["data"]["timeline"]]
    assert kinds == ["called", "revealed", "claimed", "code_requested"]
    lead.refresh_from_db()
    assert not lead.is_claimed


def pasted(commands, live, staff, lead):
    """What each block prints when a person pastes one after the other into bash."""
    script = "".join(f"{command}echo; echo '{END_OF_BLOCK}'\n" for command in commands)
    script = script.replace("http://localhost:8000", live.url)
    script = script.replace(f"/leads/{LEAD_ID}", f"/leads/{lead.pk}")

    def token(*scopes):
        return ApiToken.objects.create_token(staff.pk, name="guide", scopes=list(scopes), days=1)

    tokens = {
        "LOOPIN_TOKEN": token("leads:read", "leads:write"),
        "LOOPIN_READER": token("leads:read"),
    }
    result = subprocess.run(
        ["bash"],
        input=script,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"LC_ALL": "C.UTF-8"} | tokens,
        timeout=60,
        check=True,
    )
    assert result.stderr == ""
    return [output for output in result.stdout.split(END_OF_BLOCK) if output.strip()]

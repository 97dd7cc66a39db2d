"""What docs/integrations.md does with curl is answered as it says, when it is pasted into bash."""

import json
import os
import subprocess

import pytest

from accounts.models import ApiToken, User
from accounts.profile import flows as profile
from leads.models import Lead, WebhookEndpoint
from leads.models.lead_event import EventKind
from tests.cast import BOB, PROFILE
from tests.docs.markdown import blocks, read, section
from tests.docs.same import differences

GUIDE = read("docs/integrations.md")
NUMBER = "+916205829376"
END_OF_BLOCK = "----- end of block"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]


@pytest.fixture
def paste(live, tmp_path):
    """`paste("A walk with curl", LOOPIN_TOKEN=…)`: what each block of a section prints, pasted
    one after the other by somebody whose ids are not those of the guide."""

    def run(title, *, ids, **environment):
        commands = [block.text for block in blocks(section(GUIDE, title), "bash")]
        script = "".join(f"{command}echo; echo '{END_OF_BLOCK}'\n" for command in commands)
        script = script.replace("http://localhost:8000", live.url)
        for shown, real in ids.items():
            script = script.replace(shown, real)
        result = subprocess.run(
            ["bash"],
            input=script,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=os.environ | {"LC_ALL": "C.UTF-8"} | environment,
            timeout=60,
            check=True,
        )
        assert result.stderr == ""
        return [output for output in result.stdout.split(END_OF_BLOCK) if output.strip()]

    return run


@pytest.fixture
def lead():
    Lead.objects.advance(NUMBER, EventKind.CODE_REQUESTED, source="api", contact_consent=True)
    return Lead.objects.get()


def test_the_walk_with_curl_answers_as_the_guide_says(paste, lead, staff):
    def token(*scopes):
        return ApiToken.objects.create_token(staff.pk, name="guide", scopes=list(scopes), days=1)

    outputs = paste(
        "A walk with curl",
        ids={"/leads/12": f"/leads/{lead.pk}"},
        LOOPIN_TOKEN=token("leads:read", "leads:write"),
        LOOPIN_READER=token("leads:read"),
    )
    listed, revealed, called, timeline, refused = [json.loads(output) for output in outputs]
    shown_list, shown_refusal = shown("A walk with curl")
    assert differences(shown_list, listed) == []
    assert differences(shown_refusal, refused) == []
    assert revealed["data"]["phone_number"] == NUMBER
    assert called["data"]["status"] == "contacted"
    kinds = [event["kind"] for event in timeline["data"]["timeline"]]
    assert kinds == ["called", "revealed", "claimed", "code_requested"]
    lead.refresh_from_db()
    assert not lead.is_claimed


def test_services_with_curl_are_answered_as_the_guide_says(paste, token_of, key_of):
    asha = User.objects.get_or_create_verified(NUMBER)
    pictures = ["https://cdn.example.com/asha.jpg"]
    profile.complete(asha.pk, PROFILE | {"name": "Asha Rao", "profile_pictures": pictures})
    others = [f"+9198{number:08}" for number in range(150)]
    User.objects.bulk_create(User(username=n, phone_number=n, is_verified=True) for n in others)
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED, source="api", contact_consent=True)
    lead = Lead.objects.get(phone_number=BOB)
    outputs = paste(
        "Services with curl",
        ids={
            "/users/4": f"/users/{asha.pk}",
            "[4, ": f"[{asha.pk}, ",
            "/leads/12": f"/leads/{lead.pk}",
            "https://events.example.com": "http://127.0.0.1:9",
        },
        LOOPIN_KEY=key_of("users:read", "leads:read", "leads:write", "webhooks:manage"),
        ACCESS_TOKEN=token_of(asha),
    )
    by_id, by_number, batch, changes, token, webhook, leads = map(lines, outputs)
    [shown_person] = shown("Services with curl")
    assert differences(shown_person, *by_id) == []
    assert by_number == by_id
    assert batch[0]["data"]["users"] == [by_id[0]["data"]]
    assert batch[0]["data"]["missing"] == [999999]
    found = [user["phone_number"] for page in changes for user in page["data"]["users"]]
    assert sorted(found) == sorted([NUMBER, *others])
    assert [page["data"]["has_more"] for page in changes] == [True, True, False]
    assert token[0]["data"]["user_id"] == asha.pk
    assert webhook[0]["data"]["id"] == WebhookEndpoint.objects.get().pk
    listed, claimed = leads
    assert lead.pk in [one["id"] for one in listed["data"]["leads"]]
    assert claimed["data"]["owner"]["name"] == "service:events-1"


def shown(title):
    """The answers that a section shows."""
    return [json.loads(block.text) for block in blocks(section(GUIDE, title), "json")]


def lines(output):
    """What curl printed, one answer after the other."""
    decoder, found, text = json.JSONDecoder(), [], output.strip()
    while text:
        answer, end = decoder.raw_decode(text)
        found.append(answer)
        text = text[end:].lstrip()
    return found

"""Service accounts at the staff API: as agents who see all leads, within their scopes."""

import pytest

from accounts.models import User
from leads.actions import claim as claiming
from leads.models import LeadEvent
from tests.cast import CAROL

pytestmark = pytest.mark.django_db


def test_a_reader_sees_all_leads_masked_and_changes_none(api, key_of, lead, staff):
    claiming.claim(lead.pk, actor=staff)
    key = key_of("leads:read")
    for path in ("", f"/{lead.pk}"):
        answer = api.get(f"/api/leads{path}", token=key)
        assert answer.status_code == 200
        assert CAROL not in answer.content.decode()
    for path in ("claim", "release", "reveal", "note", "call", "status", "follow-up", "called-in"):
        answer = api.post(f"/api/leads/{lead.pk}/{path}", {}, token=key)
        assert answer.json()["code"] == "insufficient_scope", path


def test_a_writer_acts_under_its_own_name_and_reads_nothing(api, key_of, lead):
    key = key_of("leads:write")
    assert api.get("/api/leads", token=key).json()["code"] == "insufficient_scope"
    assert api.post(f"/api/leads/{lead.pk}/claim", {}, token=key).status_code == 200
    note = {"text": "The invitation was sent."}
    shown = api.post(f"/api/leads/{lead.pk}/note", note, token=key).json()["data"]
    assert shown["owner"]["name"] == "service:events-1"
    service = User.objects.get(username="service:events-1")
    assert LeadEvent.objects.filter(lead=lead, kind="noted").get().actor == service


def test_a_writer_does_not_work_a_lead_that_somebody_holds(api, key_of, lead, staff):
    claiming.claim(lead.pk, actor=staff)
    key = key_of("leads:write")
    answer = api.post(f"/api/leads/{lead.pk}/note", {"text": "Hello"}, token=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_held")

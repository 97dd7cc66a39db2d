"""A client of 1.0 takes the kinds of events that its description names, and sees no others."""

from leads.models import Lead
from leads.models.lead_event import EventKind
from tests.cast import DAVE


def test_a_timeline_shows_no_kind_that_version_1_0_did_not_know(api, key_of):
    lead_id, _ = Lead.objects.advance(DAVE, EventKind.CODE_REQUESTED)
    Lead.objects.note(DAVE, EventKind.CODE_UNCONFIRMED)
    answer = api.get(f"/api/leads/{lead_id}", token=key_of("leads:read")).json()
    assert [event["kind"] for event in answer["data"]["timeline"]] == ["code_requested"]

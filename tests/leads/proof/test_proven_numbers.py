"""What others say of a number that somebody has proven does not count; what the owner says does."""

import pytest

from leads.models import Lead
from leads.models.lead_consent import NO, NOTHING, YES, Proof
from leads.models.lead_event import EventKind
from tests.cast import ALICE, DAVE
from tests.leads.proof.steps import facts, lead_of, state

pytestmark = pytest.mark.usefixtures("sms", "db")


@pytest.mark.parametrize("known", [True, False, None])
@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("door", ["signup", "login", "page"])
def test_a_stranger_s_request_changes_nothing_of_somebody_who_has_proven_the_number(
    say, prove, known, said, door
):
    prove(known)
    before = facts(lead_of())
    say(door, said)
    assert facts(lead_of()) == before


@pytest.mark.parametrize("said", [True, False])
def test_nor_does_one_for_a_number_whose_lead_was_removed(say, prove, said):
    """The account says that the number is proven, where the lead is new."""
    prove()
    Lead.objects.update(phone_number=None, user=None)
    say("login", said)
    assert state(lead_of()) == NOTHING


@pytest.mark.parametrize("said", [True, False])
def test_the_owner_who_types_a_code_that_a_stranger_asked_for_does_not_say_what_they_said(
    say, prove, said
):
    prove(not said)
    before = facts(lead_of())
    say("login", said)
    prove.type_code()
    assert facts(lead_of()) == before


def test_a_code_asked_for_by_a_stranger_in_between_does_not_say_yes_for_its_owner(say, prove):
    say("signup", None, ip="127.0.0.1")
    say("signup", True)
    prove.type_code()
    assert state(lead_of()) == NOTHING
    assert not lead_of().may_be_contacted


@pytest.mark.parametrize("verb", ["signup", "login"])
@pytest.mark.parametrize("refusal", ["too many", "no provider"])
def test_a_refused_request_grants_and_takes_nothing(api, sms, settings, refusal, verb):
    Lead.objects.advance(DAVE, EventKind.CODE_REQUESTED, contact_consent=True)
    settings.UNIFIED_SIGNUP = True
    settings.SMS_PER_IP = 0 if refusal == "too many" else 30
    sms.behaviour = 20500 if refusal == "no provider" else None
    for number in (DAVE, ALICE):
        body = {"phone_number": number, "contact_consent": number == ALICE}
        assert api.post(f"/api/auth/{verb}", body).status_code in (429, 503)
    assert state(lead_of()) == YES[Proof.CLAIMED]
    assert state(lead_of(ALICE)) == NOTHING


def test_a_customer_says_yes_or_no_by_signing_in(api, sms, alice, travel):
    for said in (True, False, None, True):
        travel(301)
        body = {"phone_number": ALICE, "contact_consent": said}
        api.post("/api/auth/login", body)
        before = state(lead_of(ALICE))
        code = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
        api.post("/api/auth/verify-login", code)
        expected = {True: YES[Proof.PROVEN], False: NO[Proof.PROVEN], None: before}[said]
        assert state(lead_of(ALICE)) == expected

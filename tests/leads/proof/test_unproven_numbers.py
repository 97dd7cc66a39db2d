"""What is said of a number that nobody has proven counts as a claim, until its owner speaks."""

import pytest

from leads import errors
from leads.actions import claim, contact, verify
from leads.models.lead_consent import NO, NOTHING, YES, Proof
from leads.models.lead_event import CallOutcome
from tests.leads.proof.steps import lead_of, state

pytestmark = pytest.mark.usefixtures("sms", "db")


@pytest.mark.parametrize("door", ["signup", "page"])
def test_a_claim_counts_for_a_number_that_nobody_has_proven_and_is_marked(
    say, staff, browser_of, sales_admin, api, door
):
    say(door, True)
    lead = lead_of()
    assert (state(lead), lead.may_be_contacted, lead.has_claims) == ("yes:claimed", True, True)
    desk = browser_of(staff)
    for path in ("/leads/", f"/leads/{lead.pk}/"):
        assert "Number not proven" in desk.get(path).content.decode()
    page = desk.get(f"/leads/{lead.pk}/").content.decode()
    assert "Somebody" in page
    assert "number not proven" in page


def test_a_claimed_yes_is_no_consent_where_only_proven_people_count(say, prove, staff, settings):
    settings.LEAD_CONSENT_PROOF = "proven"
    say("signup", True)
    lead = lead_of()
    assert not lead.may_be_contacted
    claim.claim(lead.pk, actor=staff)
    for act in (
        contact.reveal,
        lambda pk, actor: contact.log_call(pk, CallOutcome.REACHED, actor=actor),
    ):
        with pytest.raises(errors.NoConsent):
            act(lead.pk, actor=staff)
    prove(True)
    assert contact.reveal(lead.pk, actor=staff).revealed_at


def test_a_list_s_yes_is_no_consent_where_only_proven_people_count(bring_in, settings):
    bring_in(True)
    assert lead_of().may_be_contacted
    settings.LEAD_CONSENT_PROOF = "proven"
    assert not lead_of().may_be_contacted


@pytest.mark.parametrize("claimed", [True, False])
@pytest.mark.parametrize("said", [True, False])
def test_what_the_person_says_replaces_the_claim(say, prove, claimed, said):
    say("signup", claimed)
    prove(said)
    assert state(lead_of()) == (YES if said else NO)[Proof.PROVEN]


def test_silence_does_not_confirm_a_claimed_yes_and_the_timeline_says_so(
    say, prove, staff, browser_of
):
    say("signup", True)
    prove()
    assert state(lead_of()) == NOTHING
    assert not lead_of().may_be_contacted
    page = browser_of(staff).get(f"/leads/{lead_of().pk}/").content.decode()
    assert "does not confirm" in page


def test_silence_leaves_a_claimed_no(say, prove):
    say("signup", False)
    prove()
    assert state(lead_of()) == NO[Proof.CLAIMED]


def test_a_number_vouched_for_by_staff_keeps_the_claim_until_its_owner_speaks(
    say, prove, sales_manager
):
    say("signup", True)
    verify.verify_by_hand(lead_of().pk, "Knows the person", actor=sales_manager)
    assert lead_of().may_be_contacted
    say("signup", False)
    assert lead_of().may_be_contacted
    prove()
    assert not lead_of().may_be_contacted

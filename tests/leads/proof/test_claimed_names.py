"""A name that somebody claims for a number stands until another proves the number."""

import pytest

from leads.models import Lead
from leads.models.lead_consent import YES, Proof
from tests.accounts.conftest import ESHA
from tests.cast import DAVE
from tests.leads.proof.steps import facts, lead_of, register, state

pytestmark = pytest.mark.usefixtures("sms", "db")


@pytest.mark.parametrize("is_unified", [True, False])
def test_a_stranger_s_registration_tells_nothing_of_somebody_who_has_proven_the_number(
    api, prove, settings, is_unified
):
    settings.UNIFIED_SIGNUP = is_unified
    prove(True)
    events = lead_of().events.count()
    before = facts(lead_of())
    register(api)
    assert facts(lead_of()) == before
    assert lead_of().events.count() == events


def test_a_claimed_name_ends_when_another_proves_the_number(api, prove):
    register(api)
    assert (lead_of().name, lead_of().has_claims) == ("Esha Nair", True)
    prove()
    assert (lead_of().name, lead_of().email, lead_of().has_claims) == ("", "", False)


def test_a_claimed_name_stays_for_whoever_proves_the_number_with_it(api, sms):
    token = register(api).json()["token"]
    api.post("/api/users/send-phone-otp/", {"phone": DAVE}, token=token)
    code = {"phone": DAVE, "otp": sms.last_code(DAVE)}
    assert api.post("/api/users/verify-phone-otp/", code, token=token).status_code == 200
    assert (lead_of().name, lead_of().email) == ("Esha Nair", ESHA["email"])
    assert not lead_of().has_claims


def test_a_name_from_a_list_outlasts_the_proof_and_a_claim(api, prove, bring_in):
    bring_in(True)
    Lead.objects.update(name="Dave Roy")
    register(api)
    prove()
    assert (lead_of().name, state(lead_of())) == ("Dave Roy", YES[Proof.IMPORT])


def test_deleting_a_registration_takes_the_claimed_name_with_it_and_no_other(api, sms):
    register(api)
    Lead.objects.update(is_name_claimed=False)
    Lead.objects.forget_claim(DAVE, email=ESHA["email"])
    assert lead_of().name == "Esha Nair"
    Lead.objects.update(is_name_claimed=True, source="web")
    Lead.objects.forget_claim(DAVE, email=ESHA["email"])
    assert (lead_of().name, lead_of().has_claims) == ("", False)

"""The table of who may replace whose yes and no is what the doors do."""

import pytest
from django.utils import timezone

from accounts.models import User
from leads.models import Lead
from leads.models.lead_consent import NO, NOTHING, REPLACES, YES, Proof
from leads.models.lead_event import EventKind
from tests.cast import DAVE
from tests.leads.proof.steps import lead_of, state

pytestmark = pytest.mark.usefixtures("sms", "db")


@pytest.mark.parametrize("proof", Proof)
@pytest.mark.parametrize("said", [True, False, None])
def test_the_table_is_what_the_doors_do(
    say, prove, bring_in, do_not_contact, settings, proof, said
):
    """Every state that a lead can be in, and what an answer by this proof makes of it."""
    settings.SMS_PER_NUMBER = 100
    doors = {
        Proof.CLAIMED: lambda: say("signup", said),
        Proof.IMPORT: lambda: bring_in(said),
        Proof.STAFF: do_not_contact,
        Proof.PROVEN: lambda: prove(said),
    }
    if proof == Proof.STAFF and said is not False:
        assert (proof, said) not in REPLACES
        return
    replaced = REPLACES.get((proof, said), ())
    said_now = {True: YES[proof], False: NO[proof], None: NOTHING}[said]
    for known in (NOTHING, *YES.values(), *NO.values()):
        User.objects.filter(phone_number=DAVE).update(
            phone_number=None, username=f"x{User.objects.count()}{known}", is_verified=False
        )
        Lead.objects.update(phone_number=None, user=None)
        Lead.objects.advance(DAVE, EventKind.CODE_REQUESTED)
        answer, _, by = known.partition(":")
        now = timezone.now()
        Lead.objects.filter(phone_number=DAVE).update(
            consent_at=now if answer == "yes" else None,
            refused_at=now if answer == "no" else None,
            consent_proof=by,
        )
        doors[proof]()
        assert state(lead_of()) == (said_now if known in replaced else known), known


def test_no_yes_but_the_person_s_own_is_above_a_no():
    for (proof, said), replaced in REPLACES.items():
        if proof != Proof.PROVEN and said:
            assert not {*replaced} & {*NO.values()}
    assert {*NO.values()} <= {*REPLACES[Proof.PROVEN, True]}

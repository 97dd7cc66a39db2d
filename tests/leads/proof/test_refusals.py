"""A no stands above every yes but the person's own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads import errors
from leads.actions import claim, contact
from leads.actions.status import change_status
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_consent import YES, Proof
from leads.models.lead_event import EventKind
from tests.cast import DAVE
from tests.leads.proof.steps import lead_of, state

pytestmark = pytest.mark.usefixtures("sms", "db")
NOES = {"claimed", "import", "staff", "proven", "profile page"}


@pytest.fixture
def refuse(say, prove, bring_in, do_not_contact, browser_of):
    """`refuse("staff")`: Dave says no, and it becomes known in this way."""

    def profile_page():
        browser_of(prove()).post("/profile/contact/", {})

    def act(way):
        ways = {
            "claimed": lambda: say("signup", False),
            "import": lambda: bring_in(False),
            "staff": do_not_contact,
            "proven": lambda: prove(False),
            "profile page": profile_page,
        }
        Lead.objects.advance(DAVE, EventKind.CODE_REQUESTED)
        ways[way]()
        assert not lead_of().may_be_contacted

    return act


@pytest.mark.parametrize("way", sorted(NOES))
def test_a_no_stands_above_every_yes_but_the_person_s_own(
    refuse, say, prove, bring_in, sales_manager, staff, settings, way
):
    settings.LEAD_CONSENT_REQUIRED = False
    refuse(way)
    no = state(lead_of())
    assert no.startswith("no:")
    for door in ("signup", "login", "page"):
        settings.UNIFIED_SIGNUP = True
        say(door, True)
        assert state(lead_of()) == no
    bring_in(True)
    assert state(lead_of()) == no
    if way == "staff":
        change_status(lead_of().pk, Status.NEW, actor=sales_manager)
    assert not lead_of().may_be_contacted
    claim.claim(lead_of().pk, actor=staff)
    with pytest.raises(errors.NoConsent):
        contact.reveal(lead_of().pk, actor=staff)
    Lead.objects.update(last_activity_at=timezone.now() - timedelta(days=1000))
    assert not Lead.objects.past_retention().exists()
    prove(True)
    assert (state(lead_of()), lead_of().may_be_contacted) == (YES[Proof.PROVEN], True)


def test_the_person_s_own_yes_ends_do_not_contact(say, prove, do_not_contact):
    prove(True)
    do_not_contact()
    say("login", True)
    assert lead_of().status == Status.DO_NOT_CONTACT
    prove()
    assert lead_of().status == Status.DO_NOT_CONTACT
    prove(True)
    assert (lead_of().status, lead_of().may_be_contacted) == (Status.NEW, True)


def test_the_timeline_says_by_which_proof(refuse, say, prove, bring_in):
    say("signup", True)
    bring_in(False)
    prove(True)
    told = [
        (event.kind, event.data.get("contact_consent"), event.data.get("proof"))
        for event in lead_of().events.order_by("pk")
        if "proof" in event.data
    ]
    assert told == [
        ("consent_given", None, "claimed"),
        ("consent_withdrawn", None, "import"),
        ("imported", False, "import"),
        ("phone_verified", True, "proven"),
    ]

"""A number is believed when it is proven: what one person says about another, through every door,
and whose yes and no stand."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from leads import errors
from leads.actions import claim, contact, verify
from leads.actions.status import change_status
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_consent import NO, NOTHING, REPLACES, YES, Proof
from leads.models.lead_event import CallOutcome, EventKind
from leads.transfer.importing import flows
from leads.transfer.reading.columns import Field
from tests.accounts.conftest import ESHA
from tests.cast import ALICE, DAVE

STRANGER = "198.51.100.7"
"""Where somebody is who does not have Dave's phone."""

pytestmark = pytest.mark.usefixtures("sms", "db")


def lead_of(phone_number=DAVE):
    return Lead.objects.get(phone_number=phone_number)


def state(lead):
    answer = "yes" if lead.consent_at else "no" if lead.refused_at else ""
    return f"{answer}:{lead.consent_proof}" if answer else NOTHING


def facts(lead):
    """What is known of the person, whoever asked for codes meanwhile."""
    columns = ("name", "email", "source", "status", "verified_at", "consent_version", "user_id")
    return (state(lead), lead.may_be_contacted, *(getattr(lead, name) for name in columns))


@pytest.fixture
def say(api, travel):
    """`say("login", True)`: somebody asks for a code to Dave's number and says yes."""

    def ask(door, contact_consent, ip=STRANGER):
        travel(301)  # the longest wait between two codes
        if door == "page":
            ticked = {"contact_consent": "on"} if contact_consent else {}
            body = {"phone_number": DAVE} | ticked
            return Client().post("/signup/", body, REMOTE_ADDR=ip)
        body = {"phone_number": DAVE, "contact_consent": contact_consent}
        return api.post(f"/api/auth/{door}", body, REMOTE_ADDR=ip)

    return ask


@pytest.fixture
def prove(api, sms, say):
    """`prove(True)`: Dave asks for a code, says yes, and types it."""

    def answer(contact_consent=None):
        assert say("signup", contact_consent, ip="127.0.0.1").status_code == 200
        return type_code()

    def type_code(ip="127.0.0.1"):
        body = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
        response = api.post("/api/auth/verify-otp", body, REMOTE_ADDR=ip)
        assert response.status_code == 200, response.content
        return User.objects.get(phone_number=DAVE)

    answer.type_code = type_code
    return answer


@pytest.fixture
def bring_in(sales_admin):
    """`bring_in(True)`: an imported list says yes for Dave's number."""

    def confirm(contact_consent):
        word = {True: "yes", False: "no", None: ""}[contact_consent]
        file = BytesIO(f"phone,consent\n{DAVE},{word}\n".encode())
        batch = flows.upload(file, file_name="list.csv", actor=sales_admin)
        chosen = {"region": "IN", "is_remembered": False, "actor": sales_admin}
        flows.choose_columns(batch.pk, [Field.PHONE, Field.CONSENT], **chosen)
        flows.confirm(batch.pk, actor=sales_admin)

    return confirm


@pytest.fixture
def do_not_contact(sales_manager):
    def tell_staff(answer=False):
        assert answer is False
        change_status(lead_of().pk, Status.DO_NOT_CONTACT, actor=sales_manager)

    return tell_staff


# A proven person


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


# Names


def register(api, ip=STRANGER):
    return api.post("/api/users/register/", ESHA | {"phone": DAVE}, REMOTE_ADDR=ip)


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


# A number that nobody has proven


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


# A no


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


# The table


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


def test_deleting_a_registration_takes_the_claimed_name_with_it_and_no_other(api, sms):
    register(api)
    Lead.objects.update(is_name_claimed=False)
    Lead.objects.forget_claim(DAVE, email=ESHA["email"])
    assert lead_of().name == "Esha Nair"
    Lead.objects.update(is_name_claimed=True, source="web")
    Lead.objects.forget_claim(DAVE, email=ESHA["email"])
    assert (lead_of().name, lead_of().has_claims) == ("", False)

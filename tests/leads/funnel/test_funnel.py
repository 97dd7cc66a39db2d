"""Who becomes a lead, how leads move forward, and that none moves back."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import UserProfile
from leads.actions.verify import verify_by_hand
from leads.models import Lead, LeadEvent
from tests.cast import ALICE, BOB, CAROL, DAVE, PROFILE
from tests.each import each
from tests.leads.statuses import put_into


def kinds(lead):
    return list(lead.events.order_by("pk").values_list("kind", flat=True))


def test_asking_for_a_code_makes_a_lead(carol):
    lead = Lead.objects.get()
    assert (lead.phone_number, lead.country, lead.source, lead.status) == (
        *(CAROL, "IN", "api", "new"),
    )
    assert lead.verified_at is lead.converted_at is lead.user is None
    assert lead.stage == "requested"
    assert kinds(lead) == ["code_requested"]


def test_the_whole_way_from_code_to_customer(api, sms, carol):
    code = sms.last_code(CAROL)
    wrong = f"{(int(code) + 1) % 10000:04d}"
    api.post("/api/auth/verify-otp", {"phone_number": CAROL, "otp_code": wrong})
    body = api.post("/api/auth/verify-otp", {"phone_number": CAROL, "otp_code": code}).json()
    lead = Lead.objects.get()
    assert lead.stage == "verified"
    assert lead.user_id == body["data"]["user_id"]
    api.post("/api/auth/complete-profile", PROFILE, token=body["token"])
    lead.refresh_from_db()
    assert lead.stage == "completed"
    assert lead.status == "converted"
    assert lead.converted_at >= lead.verified_at >= lead.created_at
    assert kinds(lead) == [
        *("code_requested", "code_refused", "phone_verified", "profile_completed"),
    ]


def test_asking_again_is_the_same_lead(api, sms, carol, travel):
    travel(31)
    api.post("/api/auth/signup", {"phone_number": CAROL})
    assert kinds(Lead.objects.get()) == ["code_requested", "code_requested"]


def test_a_customer_who_logs_in_is_not_a_lead(api, sms, alice):
    before = Lead.objects.values().get(phone_number=ALICE)
    api.post("/api/auth/login", {"phone_number": ALICE})
    code = sms.last_code(ALICE)
    api.post("/api/auth/verify-login", {"phone_number": ALICE, "otp_code": "0000"})
    api.post("/api/auth/verify-login", {"phone_number": ALICE, "otp_code": code})
    assert Lead.objects.values().get(phone_number=ALICE) == before


def test_a_customer_without_a_lead_does_not_get_one(api, sms, bob):
    fields = {
        name: value
        for name, value in PROFILE.items()
        if name not in ("event_interests", "profile_pictures")
    }
    UserProfile.objects.create(user=bob, **fields)
    api.post("/api/auth/login", {"phone_number": BOB})
    api.post("/api/auth/verify-login", {"phone_number": BOB, "otp_code": "0000"})
    api.post("/api/auth/verify-login", {"phone_number": BOB, "otp_code": sms.last_code(BOB)})
    assert not Lead.objects.exists()


def test_somebody_verified_without_a_profile_stays_a_lead(api, sms, bob):
    api.post("/api/auth/login", {"phone_number": BOB})
    lead = Lead.objects.get(phone_number=BOB)
    assert lead.stage == "requested"


def test_the_agent_s_status_survives_what_the_person_does(api, sms, carol, travel):
    put_into("follow_up")
    travel(31)
    api.post("/api/auth/signup", {"phone_number": CAROL})
    assert Lead.objects.get().status == "follow_up"


def test_the_country_comes_from_the_number(api, sms, db):
    api.post("/api/auth/signup", {"phone_number": "+442079460958"})
    api.post("/api/auth/signup", {"phone_number": "+9991234567"})
    assert list(Lead.objects.order_by("pk").values_list("country", flat=True)) == ["GB", ""]


def test_somebody_verified_by_hand_completes_the_profile_after_signing_in(
    api, sms, carol, manager, travel
):
    verify_by_hand(Lead.objects.get().pk, "Called back", actor=manager)
    travel(31)
    assert api.post("/api/auth/signup", {"phone_number": CAROL}).status_code == 200
    data = {"phone_number": CAROL, "otp_code": sms.last_code(CAROL)}
    body = api.post("/api/auth/verify-otp", data).json()
    assert body["data"]["needs_profile_completion"] is True
    api.post("/api/auth/complete-profile", PROFILE, token=body["token"])
    assert Lead.objects.get().status == "converted"


def test_the_timeline_cannot_be_altered(carol):
    for alter in (
        lambda: LeadEvent.objects.update(kind="phone_verified"),
        lambda: LeadEvent.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            alter()
    assert kinds(Lead.objects.get()) == ["code_requested"]


@each(
    "values",
    [
        {"phone_number": "12345"},
        {"phone_number": ""},
        {"status": "unheard_of"},
        {"converted_at": "2026-01-01T00:00:00Z"},
        {"lease_ends_at": "2026-01-01T00:00:00Z"},
    ],
)
def test_the_database_refuses_an_impossible_lead(db, values):
    fields = {"phone_number": DAVE, "source": "web"} | values
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.create(**fields)

"""What happens to a customer is written down for the systems that follow it, by every door."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.consent import flows as consent
from accounts.email_accounts import flows as email_accounts
from accounts.models import PersonEvent, Session, User, UserProfile
from accounts.models.person_event import PersonEventKind
from accounts.pictures import gallery
from accounts.privacy import flows as privacy
from accounts.profile import drafts
from accounts.profile import flows as profile
from interests.models import EventInterest
from leads.models import Lead
from leads.models.lead_consent import Proof
from leads.models.lead_event import EventKind
from tests.cast import ALICE, BOB, DAVE, PROFILE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def since():
    """`since()`: what was written since the last call, as kinds and data."""
    seen = 0

    def read():
        nonlocal seen
        events = list(PersonEvent.objects.filter(pk__gt=seen).order_by("pk"))
        seen = events[-1].pk if events else seen
        return [(event.kind, event.data) for event in events]

    return read


def sign_in(api, sms, number, **asked):
    path = "login" if User.objects.filter(phone_number=number, profile__isnull=False) else "signup"
    api.post(f"/api/auth/{path}", {"phone_number": number} | asked)
    body = {"phone_number": number, "otp_code": sms.last_code(number)}
    return api.post("/api/auth/verify-otp", body).json()


def test_signing_up_verifies_a_person_once(api, sms, since):
    sign_in(api, sms, DAVE)
    assert since() == [("user.verified", {})]
    sign_in(api, sms, DAVE)
    assert since() == []


def test_what_is_said_with_the_code_follows_the_verification(api, sms, since):
    sign_in(api, sms, DAVE, contact_consent=True)
    agreed = {"contact_consent": True, "proof": "proven"}
    assert since() == [("user.verified", {}), ("consent.changed", agreed)]


def test_a_completed_profile_is_told_as_a_whole(bob, since):
    since()
    profile.complete(bob.pk, PROFILE | {"email": "bob@example.com"})
    assert since() == [("user.profile_completed", {})]


def test_a_changed_profile_names_the_fields_that_differ(alice, since):
    since()
    drafts.change(alice.pk, {"bio": "Sings.", "name": PROFILE["name"], "email": "a@example.com"})
    fields = ["bio", "email"]
    assert since() == [("user.profile_updated", {"fields": fields})]
    drafts.change(alice.pk, {"bio": "Sings.", "email": "a@example.com"})
    assert since() == [], "nothing differs"


def test_interests_and_pictures_are_fields_of_the_profile(alice, since):
    since()
    urls = ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"]
    changed = {"event_interests": [2, 5], "profile_pictures": urls, "avatar": urls[1]}
    drafts.change(alice.pk, changed)
    fields = ["avatar", "event_interests", "profile_pictures"]
    assert since() == [("user.profile_updated", {"fields": fields})]


def test_an_interest_that_is_removed_is_told_of_those_who_had_it(alice, bob, since):
    since()
    EventInterest.objects.get(pk=PROFILE["event_interests"][0]).delete()
    assert since() == [("user.profile_updated", {"fields": ["event_interests"]})]


def test_pictures_of_somebody_who_still_chooses_are_not_told(bob, since):
    since()
    gallery.change(bob.pk, urls=["https://cdn.example.com/1.jpg"], avatar="")
    assert since() == []


def test_names_and_address_of_an_e_mail_account_are_told(db, since):
    user = User.objects.create_user("email-1", "esha@example.com", "correct horse")
    email_accounts.change(user.pk, {"first_name": "Esha", "email": "new@example.com"})
    assert since() == [("user.profile_updated", {"fields": ["email", "first_name"]})]


def test_another_number_is_told_as_a_change_and_a_first_one_as_verified(alice, since):
    since()
    alice.move_to(DAVE)
    assert since() == [("user.phone_changed", {})]
    user = User.objects.create_user("email-1", "esha@example.com", "correct horse")
    user.move_to(BOB)
    assert since() == [("user.verified", {})]


def save_as_inactive(user):
    user.is_active = False
    user.save()


def save_one_column(user):
    user.is_active = False
    user.save(update_fields=["is_active"])


def by_bare_sql(user):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET is_active = FALSE WHERE id = %s", [user.pk])


def in_bulk(user):
    user.is_active = False
    User.objects.bulk_update([user], ["is_active"])


def by_update(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize(
    "deactivate", [save_as_inactive, save_one_column, in_bulk, by_update, by_bare_sql]
)
def test_a_deactivation_is_told_whatever_the_door(alice, since, deactivate):
    since()
    deactivate(alice)
    assert since() == [("user.deactivated", {})]
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert since() == [], "it was so before"
    User.objects.filter(pk=alice.pk).update(is_active=True)
    assert since() == [("user.reactivated", {})]


def test_the_admin_deactivates_and_the_sessions_end(alice, browser_of, manager, since):
    session_id = Session.objects.start(alice.pk)
    since()
    page = f"/django/admin/accounts/user/{alice.pk}/change/"
    form = {"username": alice.username, "email": "", "first_name": "", "last_name": ""}
    answer = browser_of(manager).post(page, form)
    assert answer.status_code == 302
    assert sorted(since()) == [
        ("session.revoked", {"session_id": str(session_id)}),
        ("user.deactivated", {}),
    ]


def test_every_end_of_a_session_is_told_but_not_its_expiry(api, sms, alice, since, token_of):
    token = token_of(alice)
    others = {Session.objects.start(alice.pk) for _ in range(3)}
    expired = Session.objects.start(alice.pk)
    Session.objects.filter(pk=expired).update(created_at=timezone.now() - timedelta(days=9))
    Session.objects.filter(pk=expired).update(expires_at=timezone.now() - timedelta(days=1))
    since()
    assert api.request("DELETE", "/api/auth/sessions", token=token).status_code == 200
    ended = since()
    assert {data["session_id"] for _, data in ended} == {str(other) for other in others}
    api.post("/api/auth/logout", token=token)
    assert [kind for kind, _ in since()] == ["session.revoked"]
    api.post("/api/auth/logout", token=token)
    Session.objects.all().revoke()
    assert since() == []


def test_a_reused_refresh_token_revokes_its_session(api, sms, alice, since, travel):
    first = sign_in(api, sms, ALICE)["data"]["refresh_token"]
    for _ in range(2):
        answer = api.post("/api/auth/refresh", {"refresh_token": first}).json()
        second = answer["data"]["refresh_token"]
    api.post("/api/auth/refresh", {"refresh_token": second})
    since()
    travel(60)
    assert api.post("/api/auth/refresh", {"refresh_token": first}).status_code == 401
    assert [kind for kind, _ in since()] == ["session.revoked"]


def test_staff_say_that_somebody_said_no(alice, since):
    lead = Lead.objects.get(user_id=alice.pk)
    consent.change(alice.pk, ALICE, contact_consent=True)
    since()
    consent.change(alice.pk, ALICE, contact_consent=True)
    assert since() == []
    Lead.objects.answer(Proof.STAFF, contact_consent=False, user_id=alice.pk)
    refused = {"contact_consent": False, "proof": "staff"}
    assert since() == [("consent.changed", refused)]
    assert Lead.objects.get(pk=lead.pk).refused_at


def test_a_lead_brings_its_consent_along_when_it_gets_an_account(bob, since):
    Lead.objects.filter(user_id=bob.pk).update(user=None)
    Lead.objects.advance(DAVE, EventKind.CODE_REQUESTED, contact_consent=True)
    since()
    Lead.objects.advance(DAVE, EventKind.PHONE_VERIFIED, user_id=bob.pk, is_verified=True)
    assert since() == [], "whoever proves the number and says nothing does not confirm a claim"


def test_a_deleted_person_leaves_the_id_and_nothing_follows(alice, since):
    session_id = Session.objects.start(alice.pk)
    consent.change(alice.pk, ALICE, contact_consent=True)
    since()
    assert privacy.forget(alice.pk)
    kinds = [kind for kind, _ in since()]
    assert kinds == ["session.revoked", "user.deleted"]
    User.objects.filter(pk=alice.pk).update(is_active=True, email="x@example.com")
    assert since() == []
    everything = str(list(PersonEvent.objects.values()))
    assert str(session_id) in everything
    assert ALICE[3:] not in everything
    assert PROFILE["name"] not in everything


def test_nothing_is_written_of_staff(staff, since):
    Session.objects.start(staff.pk)
    Session.objects.filter(user=staff).revoke()
    staff.email = "sam@example.com"
    staff.is_active = False
    staff.save()
    assert since() == []


def test_what_is_rolled_back_has_not_happened(alice, since):
    since()
    with transaction.atomic():
        drafts.change(alice.pk, {"bio": "Sings."})
        transaction.set_rollback(True)
    assert since() == []


def test_a_profile_s_column_is_told_under_the_name_that_the_api_has():
    columns = {field.name for field in UserProfile._meta.concrete_fields}
    told = columns - {"user", "created_at", "updated_at"}
    assert told <= PROFILE.keys() | {"bio", "location", "avatar"}


def test_events_go_after_thirty_days(alice):
    old = PersonEvent.objects.latest("pk")
    PersonEvent.objects.filter(pk=old.pk).update(created_at=Now() - timedelta(days=31))
    assert list(PersonEvent.objects.past_retention()) == [old]


def test_every_kind_of_event_happens_in_these_tests():
    source = Path(__file__).read_text()
    assert [kind for kind in PersonEventKind.values if f'"{kind}"' not in source] == []

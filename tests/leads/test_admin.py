"""The admin: useful to staff, silent about codes, and audited."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import PhoneOTP, Session, User
from leads.models import Lead
from tests.cast import ALICE, BOB, CAROL
from tests.each import each

PAGES = [
    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    for model in admin.site._registry
]


@pytest.fixture
def office(manager, browser_of):
    return browser_of(manager)


@each("name", PAGES)
def test_every_list_opens_and_searches(office, alice, carol, name):
    assert office.get(reverse(name)).status_code == 200
    assert office.get(reverse(name), {"q": "9376"}).status_code == 200


def test_leads_are_found_by_number_and_shown_without_it(office, alice, carol):
    url = reverse("admin:leads_lead_changelist")
    found = office.get(url, {"q": ALICE[-5:]}).content.decode()
    assert "+91 ••••• ••376" in found
    assert "•678" not in found
    assert ALICE[3:] not in found
    new = office.get(url, {"status__exact": "new"}).content.decode()
    assert "•678" in new
    assert "•376" not in new


def test_leads_are_worked_on_the_desk_and_not_here(office, carol):
    lead = Lead.objects.get()
    url = reverse("admin:leads_lead_change", args=[lead.pk])
    page = office.get(url).content.decode()
    assert "Asked for a code" in page
    assert CAROL[3:] not in page
    form = {"status": "contacted", "events-TOTAL_FORMS": 0, "events-INITIAL_FORMS": 0}
    assert office.post(url, form).status_code == 403
    assert Lead.objects.get().status == "new"


def test_codes_and_hashes_are_never_shown(office, carol, sms):
    otp = PhoneOTP.objects.get()
    for url in (
        reverse("admin:accounts_phoneotp_changelist"),
        reverse("admin:accounts_phoneotp_change", args=[otp.pk]),
    ):
        page = office.get(url).content.decode()
        assert CAROL in "".join(page.split())
        assert otp.otp_hash not in page
        assert otp.otp_salt not in page


@pytest.mark.parametrize("name", ["leads_lead", "accounts_phoneotp", "accounts_session"])
def test_what_flows_write_cannot_be_added_or_deleted_by_hand(office, carol, name):
    assert office.get(reverse(f"admin:{name}_add")).status_code == 403
    model = {"leads_lead": Lead, "accounts_phoneotp": PhoneOTP}.get(name)
    if model:
        pk = model.objects.get().pk
        assert office.post(reverse(f"admin:{name}_delete", args=[pk])).status_code == 403


def test_sessions_can_be_ended(office, api, alice, token_of):
    token = token_of(alice)
    session = Session.objects.get(user=alice)
    office.post(
        reverse("admin:accounts_session_changelist"),
        {"action": "revoke", "_selected_action": [str(session.pk)]},
    )
    assert api.get("/api/auth/profile", token=token).status_code == 401


def test_a_password_login_has_a_session_row_and_ends_with_it(client, manager):
    response = client.post(
        "/django/admin/login/?next=/leads/", {"username": "mona", "password": "battery staple"}
    )
    assert response["Location"] == "/leads/"
    assert client.get("/leads/").status_code == 200
    Session.objects.filter(user=manager).revoke()
    assert client.get("/leads/").status_code == 302


def test_logging_out_of_the_admin_ends_the_session(client, manager, browser_of):
    browser = browser_of(manager)
    copied = browser.cookies["sessionid"].value
    browser.post("/django/admin/logout/")
    client.cookies["sessionid"] = copied
    assert client.get("/leads/").status_code == 302


def test_a_changed_password_ends_other_sessions(manager, browser_of):
    browser = browser_of(manager)
    manager.set_password("another staple")
    manager.save()
    assert browser.get("/leads/").status_code == 302


def test_staff_cannot_have_a_phone_number(bob):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(phone_number=BOB).update(is_staff=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(phone_number=BOB).update(is_superuser=True)


def test_promoting_a_customer_is_explained(office, bob):
    url = reverse("admin:accounts_user_change", args=[bob.pk])
    form = {"username": BOB, "is_active": "on", "is_staff": "on", "email": ""}
    response = office.post(url, form)
    assert response.status_code == 200
    assert "Staff sign in by password" in response.content.decode()


@pytest.mark.parametrize("field", ["otp_hash", "otp_salt"])
def test_hashes_cannot_be_filtered_by(office, carol, field):
    url = reverse("admin:accounts_phoneotp_changelist")
    assert office.get(url, {f"{field}__startswith": "a"}).status_code in (302, 400)


def test_a_user_name_cannot_be_somebody_s_number(office, db):
    url = reverse("admin:accounts_user_add")
    form = {
        "username": CAROL,
        "usable_password": "true",
        "password1": "correct horse",
        "password2": "correct horse",
    }
    response = office.post(url, form)
    assert "Choose a user name that is not a phone number." in response.content.decode()
    assert not User.objects.filter(username=CAROL).exists()


def test_deactivating_somebody_ends_their_sessions_for_good(office, api, alice, token_of):
    token = token_of(alice)
    url = reverse("admin:accounts_user_change", args=[alice.pk])
    office.post(url, {"username": ALICE, "email": ""})
    User.objects.filter(pk=alice.pk).update(is_active=True)
    assert api.get("/api/auth/profile", token=token).status_code == 401


def test_people_and_interests_are_deactivated_not_deleted(office, alice):
    for name, pk in (("accounts_user", alice.pk), ("interests_eventinterest", 1)):
        assert office.post(reverse(f"admin:{name}_delete", args=[pk])).status_code == 403

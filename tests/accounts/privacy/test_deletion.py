"""Being forgotten: through the API, and on request of somebody who asked otherwise."""

import pytest
from django.db import connection

from accounts import limits, signals
from accounts.codes import flows as codes
from accounts.errors import CodeNotFound
from accounts.models import GuessBudget, PhoneOTP, RateCounter, User, UserProfile
from accounts.models.phone_otp import Purpose
from accounts.privacy import flows as privacy
from accounts.sessions.user_agent import UNKNOWN
from leads.models import Lead, LeadEvent, LeadSearch
from tests.cast import ALICE, BOB, CAROL, PROFILE
from tests.codes import wrong

PROFILE_URL = "/api/auth/profile"


@pytest.fixture
def delete(api, sms, customer):
    def act(otp_code=None):
        if otp_code is None:
            api.post("/api/auth/account/delete-code", token=customer["token"])
            otp_code = sms.last_code(ALICE)
        body = {"otp_code": otp_code}
        return api.request("DELETE", "/api/auth/account", body, token=customer["token"])

    return act


# They keep the addresses of networks: the security log for its year, the counters for a day.
AGAINST_ABUSE = {"accounts_ratecounter", "accounts_securityevent"}


def everything_stored():
    """Each row of each table of ours that is about people, as text."""
    stored = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("accounts_", "leads_")) and table not in AGAINST_ABUSE:
                cursor.execute(f"SELECT row_to_json(t)::text FROM {table} AS t")
                stored += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return stored


def test_deleting_leaves_nothing_that_says_who_it_was(delete, customer):
    personal = (ALICE, ALICE[1:], "D'Souza", "alice@", "1998-04-23", "Sings", "Pune", "203.0.113.7")
    assert all(any(word in row for row in everything_stored()) for word in personal)
    response = delete()
    assert response.status_code == 200
    assert response.json()["message"] == "Account deleted"
    left = [row for row in everything_stored() if any(word in row for word in personal)]
    assert left == []


def test_deleting_ends_every_session(api, delete, customer, browser_of):
    browser = browser_of(User.objects.get(phone_number=ALICE))
    delete()
    response = api.get(PROFILE_URL, token=customer["token"])
    assert (response.status_code, response.json()["code"]) == (401, "invalid_token")
    body = {"refresh_token": customer["data"]["refresh_token"]}
    assert api.post("/api/auth/refresh", body).status_code == 401
    assert browser.get("/profile/")["Location"] == "/login/"


def test_the_number_is_free_for_a_new_account(api, sms, delete, customer):
    delete()
    assert api.post("/api/auth/login", {"phone_number": ALICE}).status_code == 404
    assert api.post("/api/auth/signup", {"phone_number": ALICE}).status_code == 200
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    again = api.post("/api/auth/verify-otp", body).json()
    assert again["data"]["user_id"] != customer["data"]["user_id"]
    assert again["data"]["needs_profile_completion"] is True
    assert api.post("/api/auth/complete-profile", PROFILE, token=again["token"]).status_code == 200
    assert Lead.objects.filter(status="converted").count() == 2


def test_the_lead_stays_for_the_counts(delete, customer):
    before = Lead.objects.values("status", "source", "country", "created_at", "converted_at").get()
    events = LeadEvent.objects.count()
    delete()
    lead = Lead.objects.get()
    assert (lead.phone_number, lead.user) == (None, None)
    assert before == {name: getattr(lead, name) for name in before}
    assert lead.events.count() == events + 1
    assert lead.events.latest("pk").kind == "account_deleted"
    assert (lead.name, lead.email, LeadSearch.objects.get(pk=lead.pk).text) == ("", "", "")


def test_a_forgotten_lead_is_not_on_the_desk_and_opens_in_the_admin(
    delete, customer, manager, browser_of
):
    office = browser_of(manager)
    lead = Lead.objects.get()
    assert f"lead-{lead.pk}" in office.get("/leads/").content.decode()
    delete()
    assert f"lead-{lead.pk}" not in office.get("/leads/").content.decode()
    assert office.get("/django/admin/leads/lead/").status_code == 200
    assert office.get(f"/django/admin/leads/lead/{lead.pk}/change/").status_code == 200


def test_nobody_else_is_touched(delete, customer, bob, token_of, api):
    token = token_of(bob)
    delete()
    assert api.get("/api/auth/sessions", token=token).status_code == 200
    assert User.objects.get(phone_number=BOB).is_active


def test_somebody_without_a_profile_can_leave_too(api, sms, bob, token_of):
    token = token_of(bob)
    api.post("/api/auth/account/delete-code", token=token)
    body = {"otp_code": sms.last_code(BOB)}
    assert api.request("DELETE", "/api/auth/account", body, token=token).status_code == 200
    assert not User.objects.filter(phone_number=BOB).exists()


def test_a_wrong_code_deletes_nothing_and_is_counted(api, sms, delete, customer):
    api.post("/api/auth/account/delete-code", token=customer["token"])
    code = sms.last_code(ALICE)
    for remaining in (2, 1, 0):
        response = delete(wrong(code))
        assert (response.status_code, response.json()["code"]) == (400, "otp_invalid")
        assert f"{remaining} attempts" in response.json()["message"]
    assert delete(code).status_code == 429
    assert UserProfile.objects.count() == 1


def test_the_code_is_for_this_alone(api, sms, settings, delete, customer, travel):
    """Neither does the code of a login delete, nor the code to delete log in."""
    settings.OTP_LENGTH = 6
    assert delete("123456").json()["code"] == "otp_not_found"
    travel(31)
    api.post("/api/auth/login", {"phone_number": ALICE})
    login_code = sms.last_code(ALICE)
    assert delete(login_code).json()["code"] == "otp_not_found"
    PhoneOTP.objects.all().delete()
    api.post("/api/auth/account/delete-code", token=customer["token"])
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    assert api.post("/api/auth/verify-login", body).json()["code"] == "otp_not_found"


def test_a_code_of_another_number_deletes_nobody(api, sms, customer, bob):
    """As when the account moves to another number while its code is being typed."""
    api.post("/api/auth/account/delete-code", token=customer["token"])
    with pytest.raises(CodeNotFound):
        privacy.delete(bob.pk, ALICE, sms.last_code(ALICE), UNKNOWN)
    assert User.objects.filter(phone_number__in=[ALICE, BOB]).count() == 2


def test_a_code_that_is_used_or_replaced_while_it_is_compared_deletes_nothing(api, sms, customer):
    api.post("/api/auth/account/delete-code", token=customer["token"])
    code = sms.last_code(ALICE)
    proven = codes.prove(ALICE, Purpose.DELETE_ACCOUNT, code, UNKNOWN)
    assert proven.consume()
    assert not privacy._forget_proven(customer["data"]["user_id"], proven)
    assert User.objects.filter(phone_number=ALICE).exists()


def test_an_old_code_deletes_nothing(api, sms, delete, customer, travel):
    api.post("/api/auth/account/delete-code", token=customer["token"])
    travel(601)
    assert delete(sms.last_code(ALICE)).json()["code"] == "otp_expired"


def test_the_code_is_not_sent_twice_at_once(api, sms, customer):
    assert api.post("/api/auth/account/delete-code", token=customer["token"]).status_code == 200
    response = api.post("/api/auth/account/delete-code", token=customer["token"])
    assert (response.status_code, response.json()["code"]) == (429, "resend_too_soon")


def test_a_code_that_could_not_be_sent_costs_no_wait(api, sms, customer):
    sms.behaviour = 20500
    url = "/api/auth/account/delete-code"
    assert api.post(url, token=customer["token"]).status_code == 503
    sms.behaviour = None
    assert api.post(url, token=customer["token"]).status_code == 200


def test_deleting_is_for_who_is_signed_in(api, db):
    assert api.post("/api/auth/account/delete-code").status_code == 401
    response = api.request("DELETE", "/api/auth/account", {"otp_code": "1234"})
    assert response.status_code == 401


def test_who_has_no_number_cannot_delete_by_code(api, manager, token_of):
    token = token_of(manager)
    response = api.post("/api/auth/account/delete-code", token=token)
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")


def test_who_is_forgotten_on_request_leaves_as_little_behind(customer, heard, api):
    deleted = heard(signals.account_deleted)
    user_id = customer["data"]["user_id"]
    assert privacy.forget(user_id) is True
    personal = (ALICE, ALICE[1:], "D'Souza", "alice@", "1998-04-23", "Sings", "Pune", "203.0.113.7")
    assert [row for row in everything_stored() if any(word in row for word in personal)] == []
    [told] = deleted
    assert (told["user_id"], told["phone_number"]) == (user_id, ALICE)
    assert api.get(PROFILE_URL, token=customer["token"]).status_code == 401


def test_there_is_nothing_left_to_forget_twice(customer, heard):
    privacy.forget(customer["data"]["user_id"])
    deleted = heard(signals.account_deleted)
    assert privacy.forget(customer["data"]["user_id"]) is False
    assert privacy.forget(0) is False
    assert deleted == []


def test_staff_are_not_forgotten_this_way(staff):
    assert privacy.forget(staff.pk) is False
    assert User.objects.get(pk=staff.pk).username == "sam"


def test_a_number_without_an_account_is_forgotten_with_its_counters(api, sms, db, travel):
    for number in (CAROL, BOB):
        body = {"phone_number": number}
        api.post("/api/auth/signup", body)
        body |= {"otp_code": wrong(sms.last_code(number))}
        for _ in range(4):
            api.post("/api/auth/verify-otp", body)
    travel(601)
    api.post("/api/auth/signup", {"phone_number": CAROL})
    travel(601)
    api.post("/api/auth/verify-otp", {"phone_number": CAROL, "otp_code": sms.last_code(CAROL)})
    assert privacy.forget_number(CAROL) is True
    for number, kept in ((CAROL, (0, 0, 0)), (BOB, (1, 1, 2))):
        counters = RateCounter.objects.filter(pk__in=limits.keys_of(number))
        rows = (PhoneOTP.objects.filter(recipient=number), GuessBudget.objects.of(number), counters)
        assert tuple(found.count() for found in rows) == kept


def test_a_number_with_an_account_is_not_forgotten_by_its_number_alone(customer):
    assert privacy.forget_number(ALICE) is False
    assert PhoneOTP.objects.filter(recipient=ALICE).exists()

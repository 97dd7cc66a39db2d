"""Moving to another number, through the API and the page."""

import pytest
from django.test import Client

from accounts.models import Session, User
from accounts.phone.grouping import grouped
from leads.models import Lead
from tests.accounts.conftest import refused_with
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.codes import wrong

PROFILE_URL = "/api/auth/profile"
ASK, VERIFY = "/api/auth/change-phone", "/api/auth/verify-change-phone"


@pytest.fixture
def token(alice, token_of):
    """Of Alice, who just signed in."""
    return token_of(alice)


@pytest.fixture
def ask(api, token):
    return lambda phone_number=DAVE: api.post(ASK, {"phone_number": phone_number}, token=token)


@pytest.fixture
def verify(api, token):
    def send(otp_code, **more):
        body = {"phone_number": DAVE, "otp_code": otp_code} | more
        return api.post(VERIFY, body, token=token)

    return send


def test_after_a_fresh_sign_in_the_code_of_the_new_number_is_enough(
    api, sms, alice, token, ask, verify
):
    response = ask()
    assert response.json()["data"] == {
        "phone_number": DAVE,
        "otp_length": 6,
        "expires_in": 600,
        "resend_after": 30,
        "delivery": "accepted",
        "needs_old_code": False,
    }
    assert sms.codes(DAVE)
    assert not [message for message in sms.messages if message["To"] == ALICE]
    response = verify(sms.last_code(DAVE))
    assert response.status_code == 200
    data = response.json()["data"]
    assert (data["user_id"], data["phone_number"]) == (alice.pk, DAVE)
    user = User.objects.get(pk=alice.pk)
    assert (user.phone_number, user.username, user.is_verified) == (DAVE, DAVE, True)
    assert api.get(PROFILE_URL, token=token).json()["phone_number"] == DAVE
    assert api.get(PROFILE_URL, token=response.json()["token"]).status_code == 200


def test_the_old_number_is_told_and_signs_in_no_more(api, sms, ask, verify):
    ask()
    verify(sms.last_code(DAVE))
    [told] = [message["Body"] for message in sms.messages if message["To"] == ALICE]
    assert "no longer signs in" in told
    assert DAVE not in told
    assert api.post("/api/auth/login", {"phone_number": ALICE}).status_code == 404
    assert api.post("/api/auth/login", {"phone_number": DAVE}).status_code == 200


def test_the_number_changes_even_if_the_old_one_cannot_be_told(sms, alice, ask, verify):
    ask()
    code = sms.last_code(DAVE)
    sms.behaviour = 20500
    assert verify(code).status_code == 200
    assert User.objects.get(pk=alice.pk).phone_number == DAVE


def test_other_devices_are_signed_out(api, sms, alice, bob, token_of, browser_of, ask, verify):
    other, browser, bobs = token_of(alice), browser_of(alice), token_of(bob)
    ask()
    verify(sms.last_code(DAVE))
    assert api.get(PROFILE_URL, token=other).status_code == 401
    assert browser.get("/profile/")["Location"] == "/login/"
    assert api.get("/api/auth/sessions", token=bobs).status_code == 200


def test_a_while_after_signing_in_both_numbers_have_to_prove_it(sms, alice, ask, verify, travel):
    travel(301)
    assert ask().json()["data"]["needs_old_code"] is True
    new, old = sms.last_code(DAVE), sms.last_code(ALICE)
    refused_with(verify(new), 403, "old_code_required")
    refused_with(verify(new, old_otp_code=wrong(old)), 400, "otp_invalid")
    refused_with(verify(wrong(new), old_otp_code=old), 400, "otp_invalid")
    assert User.objects.get(pk=alice.pk).phone_number == ALICE
    assert verify(new, old_otp_code=old).status_code == 200
    assert User.objects.get(pk=alice.pk).phone_number == DAVE


def test_an_old_code_of_another_length_is_refused_under_its_own_name(sms, ask, verify, travel):
    travel(301)
    ask()
    answer = verify(sms.last_code(DAVE), old_otp_code="12345678")
    assert [error["field"] for error in answer.json()["errors"]] == ["old_otp_code"]


def test_a_request_right_after_sign_in_needs_the_old_code_later(sms, ask, verify, travel):
    ask()
    travel(301)
    refused_with(verify(sms.last_code(DAVE)), 403, "old_code_required")


def test_a_code_for_signing_in_is_no_proof_of_the_old_number(api, sms, settings, verify, travel):
    settings.OTP_LENGTH = 6
    travel(301)
    api.post("/api/auth/login", {"phone_number": ALICE})
    refused_with(verify("123456", old_otp_code=sms.last_code(ALICE)), 400, "otp_not_found")


@pytest.mark.parametrize("taken", [ALICE, BOB])
def test_a_number_with_an_account_is_taken(sms, bob, ask, taken):
    refused_with(ask(taken), 409, "phone_taken")
    assert sms.messages == []


def test_a_number_that_is_taken_meanwhile_is_refused(api, sms, alice, ask, verify):
    ask()
    code = sms.last_code(DAVE)
    User.objects.get_or_create_verified(DAVE)
    refused_with(verify(code), 409, "phone_taken")
    assert User.objects.get(pk=alice.pk).phone_number == ALICE
    assert Session.objects.live().count() == 1


def test_a_code_works_once_and_for_its_number_alone(api, sms, token, ask, verify):
    ask()
    code = sms.last_code(DAVE)
    body = {"phone_number": CAROL, "otp_code": code}
    refused_with(api.post(VERIFY, body, token=token), 400, "otp_not_found")
    assert verify(code).status_code == 200
    refused_with(verify(code), 400, "otp_not_found")


def test_changing_needs_a_sign_in_with_a_number(api, db, manager, token_of):
    assert api.post(ASK, {"phone_number": DAVE}).status_code == 401
    response = api.post(ASK, {"phone_number": DAVE}, token=token_of(manager))
    refused_with(response, 403, "forbidden")


def test_the_lead_follows_with_its_history(api, sms, alice, ask, verify):
    before = Lead.objects.get(phone_number=ALICE)
    kinds = list(before.events.order_by("pk").values_list("kind", flat=True))
    ask()
    verify(sms.last_code(DAVE))
    after = Lead.objects.get(phone_number=DAVE)
    assert (after.pk, after.user_id, after.status) == (before.pk, alice.pk, "converted")
    assert list(after.events.order_by("pk").values_list("kind", flat=True)) == [
        *(*kinds, "phone_changed"),
    ]
    assert not Lead.objects.filter(phone_number=ALICE).exists()
    assert all("9199" not in str(event.data) for event in after.events.all())


def test_a_lead_that_waited_under_the_new_number_gives_it_up(api, sms, alice, ask, verify):
    """Sales would otherwise call a customer who once asked for a code with the other phone."""
    api.post("/api/auth/signup", {"phone_number": DAVE})
    waiting = Lead.objects.get(phone_number=DAVE)
    ask()
    verify(sms.last_code(DAVE))
    waiting.refresh_from_db()
    assert waiting.phone_number is None
    assert waiting.events.latest("pk").kind == "superseded"
    assert Lead.objects.get(phone_number=DAVE).user_id == alice.pk


def test_who_takes_the_old_number_later_is_somebody_else(api, sms, alice, ask, verify):
    ask()
    verify(sms.last_code(DAVE))
    api.post("/api/auth/signup", {"phone_number": ALICE})
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    answer = api.post("/api/auth/verify-otp", body).json()
    assert answer["data"]["user_id"] != alice.pk
    assert Lead.objects.get(phone_number=ALICE).user_id == answer["data"]["user_id"]


def test_the_page_changes_the_number(sms, alice, browser_of):
    browser = browser_of(alice)
    assert grouped(ALICE) in browser.get("/profile/phone/").content.decode()
    response = browser.post("/profile/phone/", {"phone_number": DAVE})
    assert response["Location"] == "/profile/phone/verify/"
    page = browser.get("/profile/phone/verify/").content.decode()
    assert grouped(DAVE) in page
    assert "old_otp_code" not in page
    code = sms.last_code(DAVE)
    response = browser.post("/profile/phone/verify/", {"otp_code": wrong(code)})
    assert response.status_code == 400
    response = browser.post("/profile/phone/verify/", {"otp_code": code}, follow=True)
    page = response.content.decode()
    assert "Your number is changed." in page
    assert grouped(DAVE) in page
    assert browser.get("/profile/phone/verify/")["Location"] == "/profile/phone/"


def test_the_page_asks_for_both_codes_a_while_after_signing_in(sms, alice, browser_of, travel):
    browser = browser_of(alice)
    travel(301)
    browser.post("/profile/phone/", {"phone_number": DAVE})
    assert "old_otp_code" in browser.get("/profile/phone/verify/").content.decode()
    codes = {"otp_code": sms.last_code(DAVE), "old_otp_code": wrong(sms.last_code(ALICE))}
    response = browser.post("/profile/phone/verify/", codes)
    assert response.context["form"].errors.keys() == {"old_otp_code"}
    for other_length in ("12345678", "12"):
        codes["old_otp_code"] = other_length
        form = browser.post("/profile/phone/verify/", codes).context["form"]
        assert form.errors == {"old_otp_code": ["Enter the 6 digits of the code."]}
    codes["old_otp_code"] = sms.last_code(ALICE)
    assert browser.post("/profile/phone/verify/", codes)["Location"] == "/profile/"
    assert User.objects.get(pk=alice.pk).phone_number == DAVE


def test_the_page_says_that_a_number_is_taken_to_whoever_types_its_code(
    sms, alice, bob, browser_of
):
    browser = browser_of(alice)
    sent = browser.post("/profile/phone/", {"phone_number": BOB})
    assert sent["Location"] == "/profile/phone/verify/"
    codes = {"otp_code": sms.last_code(BOB)}
    taken = browser.post("/profile/phone/verify/", codes)
    assert taken.status_code == 409
    assert "This number belongs to an account already." in taken.content.decode()


def test_the_page_says_beside_the_field_that_a_number_is_one_s_own(sms, alice, browser_of):
    response = browser_of(alice).post("/profile/phone/", {"phone_number": ALICE})
    assert response.status_code == 409
    assert "This number belongs to an account already." in response.content.decode()
    assert sms.messages == []


@pytest.mark.parametrize("path", ["/profile/phone/", "/profile/phone/verify/"])
def test_visitors_and_forged_requests_are_refused(db, path):
    assert Client().get(path)["Location"] == "/login/"
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403

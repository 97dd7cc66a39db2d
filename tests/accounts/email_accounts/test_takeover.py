"""Ways to get at somebody else's account, each tried: docs/security.md lists them."""

import pytest

from accounts import limits
from accounts.models import User
from tests.accounts.conftest import ESHA, PASSWORD, refused, user
from tests.cast import ALICE, BOB, CAROL, DAVE, PROFILE

MALLORY = {"email": "mallory@example.com"}
NEW = "harmonium-ghat-77"
TWICE = {"password": NEW, "password_confirm": NEW}


def sign_up_by_phone(api, sms, phone=DAVE) -> str:
    api.post("/api/auth/signup", {"phone_number": phone})
    code = {"phone_number": phone, "otp_code": sms.last_code(phone)}
    return api.post("/api/auth/verify-otp", code).json()["token"]


def verify(users, sms, token=None, phone=DAVE):
    assert users.post("send-phone-otp", {"phone": phone}, token).status_code == 200
    return users.post("verify-phone-otp", {"phone": phone, "otp": sms.last_code(phone)}, token)


def test_claiming_a_number_gets_nothing_of_its_owner(api, users, sms, alice):
    """Neither at registration, nor afterwards, nor with the owner's number in the body."""
    assert refused(users.register(phone=ALICE)) == (409, "phone_taken")
    mallory = users.register(**MALLORY).json()["token"]
    answer = api.patch("/api/users/me/", {"phone": ALICE}, token=mallory)
    assert refused(answer) == (409, "phone_taken")
    assert refused(users.post("send-phone-otp", {"phone": ALICE}, mallory)) == (409, "phone_taken")
    guess = {"phone": ALICE, "otp": "482913"}
    assert refused(users.post("verify-phone-otp", guess, mallory)) == (400, "otp_not_found")
    assert api.get("/api/auth/profile", token=mallory).json()["phone_number"] is None
    for path in ("/api/auth/complete-profile", "/auth/complete-profile"):
        assert api.post(path, PROFILE, token=mallory).status_code == 403
    assert api.patch("/api/auth/profile", {"bio": "x"}, token=mallory).status_code == 403


def test_who_registered_with_a_number_first_keeps_nothing_once_its_owner_signs_up(
    api, users, sms, mailoutbox
):
    mallory = users.register(**MALLORY).json()["token"]
    victim = sign_up_by_phone(api, sms)
    mine, theirs = users.me(mallory), users.me(victim)
    assert mine["id"] != theirs["id"]
    assert (mine["phone"], theirs["phone"]) == (None, DAVE)
    assert theirs["email"] is None
    users.post("password-reset", {"phone": DAVE})
    body = {"phone": DAVE, "otp": sms.last_code(DAVE)} | TWICE
    assert users.post("password-reset/confirm", body).status_code == 200
    assert users.log_in(MALLORY["email"], NEW).status_code == 401
    assert mailoutbox[0].to == [MALLORY["email"]]


def test_who_registered_with_a_number_first_keeps_nothing_once_its_owner_verifies_it(users, sms):
    mallory = users.register(**MALLORY).json()["token"]
    victim = users.register().json()["token"]
    assert verify(users, sms, victim).status_code == 200
    assert users.me(mallory)["phone"] is None
    again = users.post("verify-phone-otp", {"phone": DAVE, "otp": sms.last_code(DAVE)}, mallory)
    assert refused(again) == (400, "otp_not_found")


def test_without_a_code_nobody_learns_whether_a_number_is_claimed(users, sms, alice):
    """By one account, by several, by none, or proven: a guess is answered alike."""
    users.register(phone=BOB)
    users.register(**MALLORY)
    users.register(email="third@example.com")
    guesses = [{"phone": phone, "otp": "482913"} for phone in (BOB, DAVE, CAROL, ALICE)]
    answers = [refused(users.post("verify-phone-otp", guess)) for guess in guesses]
    assert answers == [(400, "otp_not_found")] * 4


def test_another_s_token_does_not_choose_the_number(users, sms):
    """A code sent to one number proves no other."""
    mallory = users.register(**MALLORY, phone=BOB).json()["token"]
    users.register()
    users.post("send-phone-otp", {"phone": BOB}, mallory)
    code = {"phone": DAVE, "otp": sms.last_code(BOB)}
    assert refused(users.post("verify-phone-otp", code, mallory)) == (400, "otp_not_found")


@pytest.mark.parametrize("spelling", ["ESHA@EXAMPLE.COM", "Esha@example.com", " esha@example.com"])
def test_an_email_address_in_another_case_is_the_same_address(users, esha, spelling):
    answer = users.register(email=spelling, phone=BOB)
    assert refused(answer) == (409, "email_taken")
    assert users.log_in(spelling).json()["data"]["user"]["id"] == user().pk


def test_an_email_address_that_only_looks_alike_does_not_sign_in(users):
    """In NFC the Kelvin sign is a K. A dotless i is another letter, and none of ASCII."""
    own = users.register(email="kiran@example.com").json()["data"]["user"]["id"]
    alike = users.register(email="\u212airan@example.com", phone=BOB)
    assert refused(alike) == (409, "email_taken")
    other = users.register(email="kıran@example.com", phone=BOB)
    assert refused(other) == (422, "validation_error")
    assert users.log_in("kiran@example.com").json()["data"]["user"]["id"] == own


@pytest.mark.parametrize("purpose", ["sign_in", "verify_phone", "delete_account"])
def test_a_code_for_another_purpose_resets_no_password(api, users, sms, purpose):
    token = sign_up_by_phone(api, sms) if purpose == "delete_account" else None
    ask = {
        "sign_in": lambda: api.post("/api/auth/signup", {"phone_number": DAVE}),
        "verify_phone": lambda: users.post("send-phone-otp", {"phone": DAVE}),
        "delete_account": lambda: api.post("/api/auth/account/delete-code", token=token),
    }[purpose]
    if purpose == "verify_phone":
        users.register()
    assert ask().status_code == 200
    body = {"phone": DAVE, "otp": f"{int(sms.last_code(DAVE)):06d}"} | TWICE
    assert refused(users.post("password-reset/confirm", body)) == (400, "otp_not_found")


def test_a_reset_code_signs_nobody_in_and_deletes_nothing(api, users, sms, verified):
    users.post("password-reset", {"phone": DAVE})
    code = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    assert refused(api.post("/api/auth/verify-otp", code)) == (400, "otp_not_found")
    answer = api.request("DELETE", "/api/auth/account", code, token=verified)
    assert refused(answer) == (400, "otp_not_found")


def test_a_reset_for_a_claimed_number_changes_no_password(users, esha, sms):
    users.post("password-reset", {"phone": DAVE})
    body = {"phone": DAVE, "otp": sms.last_code(DAVE)} | TWICE
    assert refused(users.post("password-reset/confirm", body)) == (404, "user_not_found")
    assert users.log_in().status_code == 200
    assert users.log_in(password=NEW).status_code == 401


def test_the_rules_of_passwords_tell_strangers_nothing_of_an_account(users, verified, sms):
    """Without the code, a password like the owner's address is refused like any other."""
    like = {"password": "esha@example", "password_confirm": "esha@example"}
    users.post("password-reset", {"phone": DAVE})
    users.post("password-reset", {"phone": BOB})
    wrong = {phone: f"{(int(sms.last_code(phone)) + 1) % 10**6:06d}" for phone in (DAVE, BOB)}
    answers = {
        phone: users.post("password-reset/confirm", {"phone": phone, "otp": otp} | like)
        for phone, otp in wrong.items()
    }
    assert refused(answers[DAVE]) == refused(answers[BOB]) == (400, "otp_invalid")


def test_somebody_s_email_address_in_a_profile_does_not_sign_in_to_their_account(
    api, users, esha, alice, token_of, sms
):
    """An address in a profile is for mail alone: neither is hers taken, nor does it sign in."""
    token = token_of(alice)
    assert api.patch("/api/auth/profile", {"email": ESHA["email"]}, token=token).status_code == 200
    assert refused(users.post("set-password", TWICE, token)) == (409, "email_taken")
    users.post("password-reset", {"phone": ALICE})
    body = {"phone": ALICE, "otp": sms.last_code(ALICE)} | TWICE
    assert refused(users.post("password-reset/confirm", body)) == (409, "email_taken")
    assert users.log_in(password=NEW).status_code == 401
    assert users.log_in().json()["data"]["user"]["email"] == ESHA["email"]


def test_somebody_s_login_cannot_be_taken_by_changing_one_s_own(api, users, esha):
    mallory = users.register(**MALLORY).json()["token"]
    taken = api.patch("/api/users/me/", {"email": "ESHA@example.com"}, token=mallory)
    assert refused(taken) == (409, "email_taken")
    assert users.me(mallory)["email"] == MALLORY["email"]
    assert users.log_in().json()["data"]["user"]["id"] == user().pk


def test_a_proven_address_is_not_proven_for_whoever_takes_it_later(api, users, esha):
    User.objects.update(is_email_verified=True)
    api.patch("/api/users/me/", {"email": "new@example.com"}, token=esha)
    again = api.patch("/api/users/me/", {"email": ESHA["email"]}, token=esha)
    assert again.json()["data"]["email_verified"] is False


def test_a_customer_s_password_does_not_sign_in_as_staff(client, users, verified):
    for name in (DAVE, ESHA["email"], user().username):
        client.post("/django/admin/login/", {"username": name, "password": PASSWORD})
        assert client.get("/leads/").status_code == 302


def test_staff_cannot_sign_in_as_customers(users, staff, client):
    User.objects.filter(pk=staff.pk).update(email="sam@example.com")
    answer = users.log_in("sam@example.com", "correct horse")
    assert refused(answer) == (401, "invalid_credentials")
    page = client.post("/login/email/", {"email": "sam@example.com", "password": "correct horse"})
    assert page.status_code == 400


def test_a_password_alone_moves_the_account_to_no_other_number(api, users, verified, sms):
    """However fresh the sign-in: only one by phone tells who has the phone."""
    token = users.log_in().json()["token"]
    sent = api.post("/api/auth/change-phone", {"phone_number": BOB}, token=token)
    assert sent.json()["data"]["needs_old_code"] is True
    code = {"phone_number": BOB, "otp_code": sms.last_code(BOB)}
    answer = api.post("/api/auth/verify-change-phone", code, token=token)
    assert refused(answer) == (403, "old_code_required")
    assert user().phone_number == DAVE


def test_guesses_from_many_networks_are_limited_and_the_phone_still_signs_in(
    api, users, verified, sms, travel
):
    guesses, answer = 0, None
    while answer is None or answer.status_code == 401:
        place = f"192.0.{guesses // limits.PASSWORDS_OF_NAME_IN_NETWORK.cap}.9"
        users.api.client.defaults["REMOTE_ADDR"] = place
        answer = users.log_in(password="wrong")
        guesses += 1
    assert refused(answer) == (429, "too_many_guesses")
    assert guesses <= limits.PASSWORDS_OF_NAME.cap + 1
    travel(40)
    users.api.client.defaults["REMOTE_ADDR"] = "127.0.0.1"
    token = sign_up_by_login(api, sms)
    assert users.me(token)["id"] == user().pk


def sign_up_by_login(api, sms) -> str:
    api.post("/api/auth/login", {"phone_number": DAVE})
    code = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    return api.post("/api/auth/verify-login", code).json()["token"]


@pytest.mark.parametrize("path", ["/api/auth/refresh", "/api/users/token/refresh/"])
@pytest.mark.parametrize("out", ["/api/auth/logout", "/api/users/logout/"])
def test_logging_out_of_one_api_ends_the_session_in_both(api, users, esha, path, out):
    data = users.log_in().json()
    token, refresh = data["token"], {"refresh_token": data["data"]["refresh"]}
    renewed = api.post(path, refresh).json()
    assert api.post(out, token=renewed["token"]).status_code == 200
    for door in ("/api/auth/refresh", "/api/users/token/refresh/"):
        answer = api.post(door, {"refresh_token": renewed["data"]["refresh_token"]})
        assert refused(answer) == (401, "invalid_token")
    for door in ("/api/users/me/", "/api/auth/sessions"):
        assert refused(api.get(door, token=token)) == (401, "invalid_token")


def test_a_reset_ends_sessions_and_refresh_tokens_of_both_apis(api, users, verified, sms):
    refresh = users.log_in().json()["data"]["refresh"]
    users.post("password-reset", {"phone": DAVE})
    body = {"phone": DAVE, "otp": sms.last_code(DAVE)} | TWICE
    assert users.post("password-reset/confirm", body).status_code == 200
    for door in ("/api/auth/refresh", "/api/users/token/refresh/"):
        assert refused(api.post(door, {"refresh_token": refresh})) == (401, "invalid_token")
    assert refused(api.get("/api/auth/sessions", token=verified)) == (401, "invalid_token")

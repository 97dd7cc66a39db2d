import statistics
import time

import pytest
from django.test import override_settings

from accounts import limits
from accounts.models import SecurityEvent, Session, User
from loopin.settings import PASSWORD_HASHERS
from tests.accounts.conftest import ESHA, PASSWORD, broken, refused, user
from tests.cast import ALICE, BOB, DAVE

NEW = "harmonium-ghat-77"
TWICE = {"password": NEW, "password_confirm": NEW}


@pytest.mark.parametrize(
    ("email", "password"),
    [(ESHA["email"], "wrong"), ("nobody@example.com", PASSWORD), (ESHA["email"], "")],
)
def test_wrong_passwords_and_unknown_addresses_get_the_same_answer(users, esha, email, password):
    answer = users.log_in(email, password)
    assert refused(answer) == (401, "invalid_credentials")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_unknown_address_takes_as_long_as_a_wrong_password(users, esha):
    """Hashing is nearly all of the CPU time, so this tells one hash from none."""

    def median(email):
        times = []
        for number in range(7):
            started = time.process_time()
            users.api.client.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
            users.log_in(email, "wrong")
            times.append(time.process_time() - started)
        return statistics.median(times)

    with override_settings(PASSWORD_HASHERS=PASSWORD_HASHERS):
        one = User.objects.get(pk=user().pk)
        one.set_password(PASSWORD)
        one.save()
        known, unknown = median(ESHA["email"]), median("nobody@example.com")
    assert 0.4 < known / unknown < 2.5


def test_guesses_from_one_network_are_limited(users, esha):
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        assert users.log_in(password="wrong").status_code == 401
    answer = users.log_in()
    assert refused(answer) == (429, "too_many_guesses")
    assert int(answer.headers["Retry-After"]) == answer.json()["retry_after"] > 0


def test_guesses_lock_neither_other_places_nor_the_phone(api, users, verified, sms, travel):
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap + 1):
        users.log_in(password="wrong")
    users.api.client.defaults["REMOTE_ADDR"] = "192.0.2.9"
    assert users.log_in().status_code == 200
    users.api.client.defaults["REMOTE_ADDR"] = "127.0.0.1"
    travel(40)
    assert api.post("/api/auth/login", {"phone_number": DAVE}).status_code == 200


def test_a_deactivated_account_is_told_to_who_knows_the_password(users, esha):
    User.objects.update(is_active=False)
    assert refused(users.log_in()) == (403, "account_inactive")
    assert refused(users.log_in(password="wrong")) == (401, "invalid_credentials")


def test_a_phone_account_adds_an_address_and_a_password(api, users, alice, token_of):
    token = token_of(alice)
    added = api.patch("/api/users/me/", {"email": "Alice@Example.com"}, token=token)
    assert added.json()["data"]["email"] == "alice@example.com"
    assert users.post("set-password", TWICE, token).status_code == 200
    answer = users.log_in("alice@example.com", NEW)
    assert answer.json()["data"]["user"]["id"] == alice.pk


def test_an_address_that_another_signs_in_with_cannot_be_added(api, users, esha, alice, token_of):
    token = token_of(alice)
    api.patch("/api/users/me/", {"email": "ESHA@example.com"}, token=token)
    answer = users.post("set-password", TWICE, token)
    assert refused(answer) == (409, "email_taken")
    assert users.log_in(ESHA["email"], NEW).status_code == 401


def test_the_first_password_needs_a_fresh_sign_in(users, alice, token_of, travel):
    token = token_of(alice)
    travel(301)
    assert refused(users.post("set-password", TWICE, token)) == (403, "sign_in_too_old")


def test_another_password_needs_the_current_one(users, esha):
    assert refused(users.post("set-password", TWICE, esha)) == (401, "invalid_credentials")
    body = TWICE | {"current_password": PASSWORD}
    assert users.post("set-password", body, esha).status_code == 200
    assert users.log_in(password=NEW).status_code == 200
    assert users.log_in().status_code == 401


def test_setting_a_password_signs_other_devices_out(api, users, esha):
    other = users.log_in().json()["token"]
    users.post("set-password", TWICE | {"current_password": PASSWORD}, esha)
    assert api.get("/api/users/me/", token=other).status_code == 401
    assert api.get("/api/users/me/", token=esha).status_code == 200


def reset(users, sms, phone=DAVE, **other):
    code = {"phone": phone, "otp": sms.last_code(phone)}
    return users.post("password-reset/confirm", code | TWICE | other)


def test_known_and_unknown_numbers_get_the_same_answer(users, verified, sms):
    known = users.post("password-reset", {"phone": DAVE})
    unknown = users.post("password-reset", {"phone": BOB})
    assert known.status_code == unknown.status_code == 200
    assert known.json()["data"] | {"phone": BOB} == unknown.json()["data"]
    assert known.json()["message"] == unknown.json()["message"]


def test_who_proves_the_number_sets_the_password_anew(api, users, verified, sms, mailoutbox):
    users.post("password-reset", {"phone": DAVE})
    assert reset(users, sms).status_code == 200
    assert api.get("/api/users/me/", token=verified).status_code == 401
    assert not Session.objects.live().exists()
    assert users.log_in(password=NEW).status_code == 200
    assert "password" in sms.messages[-1]["Body"]
    assert mailoutbox[-1].to == [ESHA["email"]]
    assert SecurityEvent.objects.filter(kind="password_changed", user=user()).exists()


def test_a_weak_password_does_not_use_the_code_up(users, verified, sms):
    users.post("password-reset", {"phone": DAVE})
    weak = {"password": "esha@example", "password_confirm": "esha@example"}
    assert broken(reset(users, sms, **weak)) == {("password", "password_too_similar")}
    assert reset(users, sms).status_code == 200


def test_a_deactivated_account_gets_no_other_password(users, verified, sms):
    User.objects.update(is_active=False)
    users.post("password-reset", {"phone": DAVE})
    assert refused(reset(users, sms)) == (403, "account_inactive")


def test_a_message_that_cannot_be_sent_does_not_undo_the_reset(users, verified, sms, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    users.post("password-reset", {"phone": DAVE})
    otp = sms.last_code(DAVE)
    sms.behaviour = 20500
    body = {"phone": DAVE, "otp": otp} | TWICE
    assert users.post("password-reset/confirm", body).status_code == 200
    assert users.log_in(password=NEW).status_code == 200


def test_a_phone_account_without_address_may_set_a_password_too(users, alice, sms):
    users.post("password-reset", {"phone": ALICE})
    assert reset(users, sms, ALICE).status_code == 200

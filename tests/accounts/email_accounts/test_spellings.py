"""What people register with and change has one spelling, and the address they are found by."""

import pytest

from tests.accounts.conftest import ESHA
from tests.each import each
from tests.spellings import EMAILS, NAMES, NO_EMAILS


@each("typed, kept", list(EMAILS.items()))
def test_who_registers_is_found_by_every_spelling_of_the_address(users, typed, kept):
    assert users.register(email=typed).json()["data"]["user"]["email"] == kept
    for spelled in (typed, kept, kept.upper()):
        assert users.log_in(spelled).status_code == 200


@each("typed, kept", list(NAMES.items()))
def test_names_have_one_spelling(users, esha, typed, kept):
    registered = users.register(email="fay@example.com", first_name=typed, last_name=typed)
    changed = users.api.patch("/api/users/me/", {"first_name": typed}, token=esha)
    person = registered.json()["data"]["user"]
    assert (person["first_name"], person["last_name"]) == (kept, kept)
    assert changed.json()["data"]["first_name"] == kept


@pytest.mark.parametrize("typed", NO_EMAILS)
def test_an_address_that_gets_no_mail_is_refused(users, esha, typed):
    assert users.register(email=typed).status_code == 422
    assert users.api.patch("/api/users/me/", {"email": typed}, token=esha).status_code == 422


def test_an_address_with_a_pasted_mark_works_from_its_registration_to_its_end(
    users, sms, mailoutbox
):
    """U+202C comes with what is copied from a chat. It is sent to, changed, reset and told."""
    registered = users.register(email=f"{ESHA['email']}\u202c")
    assert registered.status_code == 201
    token = registered.json()["token"]
    assert users.post("send-email-otp", {}, token).status_code == 200
    assert mailoutbox[-1].to == [ESHA["email"]]
    users.post("send-phone-otp", {"phone": ESHA["phone"]})
    proof = {"phone": ESHA["phone"], "otp": sms.last_code(ESHA["phone"])}
    assert users.post("verify-phone-otp", proof, token).status_code == 200
    users.post("password-reset", {"phone": ESHA["phone"]})
    new = {"password": "harmonium-ghat-77", "password_confirm": "harmonium-ghat-77"}
    body = {"phone": ESHA["phone"], "otp": sms.last_code(ESHA["phone"])} | new
    assert users.post("password-reset/confirm", body).status_code == 200
    signed_in = users.log_in(f"\u200b{ESHA['email']}", new["password"])
    token = signed_in.json()["token"]
    answer = users.api.patch("/api/users/me/", {"email": "zz@example.com\u202c"}, token=token)
    assert (answer.status_code, answer.json()["data"]["email"]) == (200, "zz@example.com")
    assert [message.to for message in mailoutbox[1:]] == [[ESHA["email"]]] * 2

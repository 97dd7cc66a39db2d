"""Numbers are claimed until somebody proves them."""

import pytest

from leads.models import Lead
from tests.accounts.conftest import ESHA, PASSWORD, refused, user
from tests.cast import ALICE, BOB, DAVE

OTHER = {"email": "other@example.com"}


def verify(users, sms, token=None, phone=DAVE):
    return users.post("verify-phone-otp", {"phone": phone, "otp": sms.last_code(phone)}, token)


def test_a_code_of_six_digits_proves_the_number(users, esha, sms):
    sent = users.post("send-phone-otp", {"phone": DAVE})
    assert sent.json()["data"] | {"resend_after": 30} == {
        "phone": DAVE,
        "otp_length": 6,
        "expires_in": 600,
        "resend_after": 30,
        "delivery": "accepted",
    }
    answer = verify(users, sms)
    assert answer.status_code == 200
    assert answer.json()["data"]["phone_verified"] is True
    assert users.me(esha)["phone_verified"] is True
    assert (user().phone_number, user().claimed_phone_number) == (DAVE, "")


def test_proving_the_number_advances_the_lead(users, verified):
    lead = Lead.objects.get(phone_number=DAVE)
    assert (lead.user_id, lead.source) == (user().pk, "email")
    assert lead.verified_at is not None
    kinds = [event.kind for event in lead.events.order_by("pk")]
    assert kinds == ["registered", "code_requested", "phone_verified"]


def test_once_proven_the_number_signs_in_by_code(api, verified, sms, travel):
    travel(40)
    assert api.post("/api/auth/login", {"phone_number": DAVE}).status_code == 200
    answer = api.post(
        "/api/auth/verify-login", {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    )
    assert answer.json()["data"]["user_id"] == user().pk


def test_a_claimed_number_does_not_sign_in_to_the_account_that_claims_it(api, users, esha, sms):
    assert refused(api.post("/api/auth/login", {"phone_number": DAVE})) == (404, "user_not_found")
    assert api.post("/api/auth/signup", {"phone_number": DAVE}).status_code == 200
    code = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    answer = api.post("/api/auth/verify-otp", code)
    assert answer.json()["data"]["user_id"] != user().pk


def test_who_signs_up_by_phone_takes_the_number_from_who_claimed_it(
    api, users, esha, sms, mailoutbox
):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)})
    assert users.me(esha)["phone"] is None
    [told] = mailoutbox
    assert told.to == [ESHA["email"]]
    assert "phone number" in told.body
    assert DAVE not in told.body


def test_who_proves_the_number_takes_it_from_others_who_claim_it(users, esha, sms, mailoutbox):
    other = users.register(**OTHER).json()["token"]
    users.post("send-phone-otp", {"phone": DAVE}, other)
    assert verify(users, sms, other).status_code == 200
    assert users.me(other)["phone_verified"] is True
    assert users.me(esha)["phone"] is None
    assert [mail.to for mail in mailoutbox] == [[ESHA["email"]]]


def test_a_number_that_nobody_claims_gets_no_code(users, esha, sms):
    assert refused(users.post("send-phone-otp", {"phone": BOB})) == (404, "user_not_found")
    assert refused(users.post("send-phone-otp", {"phone": ALICE}, "x")) == (401, "invalid_token")
    assert sms.messages == []


def test_a_proven_number_is_not_proven_again(users, verified, alice):
    again = users.post("send-phone-otp", {"phone": DAVE}, verified)
    assert refused(again) == (409, "phone_already_verified")
    assert refused(users.post("send-phone-otp", {"phone": ALICE})) == (409, "phone_taken")


def test_with_unified_sign_up_all_numbers_get_the_same_answer(users, alice, esha, sms, settings):
    settings.UNIFIED_SIGNUP = True
    answers = [users.post("send-phone-otp", {"phone": phone}) for phone in (ALICE, BOB, DAVE)]
    assert {answer.status_code for answer in answers} == {200}
    assert len(sms.messages) == 3


@pytest.mark.parametrize("purpose", ["sign_in", "reset_password"])
def test_a_code_for_another_purpose_proves_nothing(api, users, esha, sms, settings, purpose):
    settings.OTP_LENGTH = 6
    ask = {
        "sign_in": lambda: api.post("/api/auth/signup", {"phone_number": DAVE}),
        "reset_password": lambda: users.post("password-reset", {"phone": DAVE}),
    }[purpose]
    assert ask().status_code == 200
    assert refused(verify(users, sms)) == (400, "otp_not_found")
    assert not user().is_verified


def test_the_third_wrong_code_locks_it(users, esha, sms):
    users.post("send-phone-otp", {"phone": DAVE})
    right = sms.last_code(DAVE)
    wrong = {"phone": DAVE, "otp": f"{(int(right) + 1) % 10**6:06d}"}
    messages = [users.post("verify-phone-otp", wrong).json()["message"] for _ in range(3)]
    assert messages[0] == "Invalid OTP. 2 attempts remaining"
    assert refused(verify(users, sms)) == (429, "otp_attempts_exceeded")


def test_another_number_can_be_claimed_until_one_is_proven(api, users, esha, alice):
    def claim(phone):
        return api.patch("/api/users/me/", {"phone": phone}, token=esha)

    assert claim(BOB).json()["data"]["phone"] == BOB
    assert refused(claim(ALICE)) == (409, "phone_taken")


def test_a_proven_number_is_changed_where_both_are_proven(api, verified):
    answer = api.patch("/api/users/me/", {"phone": BOB}, token=verified)
    assert refused(answer) == (409, "phone_already_verified")


def test_changing_a_number_takes_it_from_who_claimed_it(api, users, esha, alice, token_of, sms):
    token = token_of(alice)
    api.post("/api/auth/change-phone", {"phone_number": DAVE}, token=token)
    code = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    assert api.post("/api/auth/verify-change-phone", code, token=token).status_code == 200
    assert users.me(esha)["phone"] is None


def test_logging_in_goes_on_when_the_number_is_lost(api, users, esha, sms):
    api.post("/api/auth/signup", {"phone_number": DAVE})
    api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)})
    assert users.log_in(password=PASSWORD).json()["data"]["user"]["phone"] is None


def fields_of(answer):
    assert answer.status_code == 422
    return [error["field"] for error in answer.json()["errors"]]


def test_what_is_refused_has_the_name_that_the_body_gives_it(users, esha, sms):
    users.post("send-phone-otp", {"phone": DAVE})
    users.post("send-email-otp", {}, esha)
    guess = {"phone": DAVE, "otp": "12345678"}
    reset = guess | {"password": PASSWORD, "password_confirm": PASSWORD}
    assert fields_of(users.post("verify-phone-otp", guess)) == ["otp"]
    assert fields_of(users.post("verify-email-otp", {"otp": "12345678"}, esha)) == ["otp"]
    users.post("verify-phone-otp", guess | {"otp": sms.last_code(DAVE)})
    users.post("password-reset", {"phone": DAVE})
    assert fields_of(users.post("password-reset/confirm", reset)) == ["otp"]


def test_a_number_that_gets_no_messages_has_the_name_that_the_body_gives_it(users, esha, sms):
    sms.behaviour = 21614
    assert fields_of(users.post("send-phone-otp", {"phone": DAVE})) == ["phone"]

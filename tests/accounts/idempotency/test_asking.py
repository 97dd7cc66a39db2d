"""Asking for a code again with the same key: one message, and the first answer."""

import uuid

import pytest
from django.core import mail

from accounts.models import IdempotencyKey, PhoneOTP
from tests.accounts.conftest import ESHA, refused_with
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.each import each

SIGNUP = "/api/auth/signup"
KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'


@pytest.fixture
def ask(api, sms, db):
    """`ask({"phone_number": DAVE}, KEY)`: the answer to a request for a code."""

    def post(body, key=KEY, path=SIGNUP, **extra):
        headers = {} if key is None else {"Idempotency-Key": key}
        return api.post(path, body, headers=headers, **extra)

    return post


def test_a_retry_sends_no_second_message_and_gets_the_first_answer(ask, sms, travel):
    first = ask({"phone_number": DAVE})
    again = ask({"phone_number": DAVE})
    travel(3600)
    later = ask({"phone_number": DAVE})
    assert [first.status_code, again.status_code, later.status_code] == [200, 200, 200]
    assert first.content == again.content == later.content
    assert again["Content-Type"] == "application/json"
    assert len(sms.sent_to(DAVE)) == 1


def test_the_code_that_was_sent_still_works_after_a_retry(ask, api, sms):
    ask({"phone_number": DAVE})
    ask({"phone_number": DAVE})
    code = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    assert api.post("/api/auth/verify-otp", code).status_code == 200


def test_without_a_key_and_with_another_one_nothing_is_different(ask, sms, travel):
    ask({"phone_number": DAVE})
    refused_with(ask({"phone_number": DAVE}, None), 429, "resend_too_soon")
    refused_with(ask({"phone_number": DAVE}, str(uuid.uuid4())), 429, "resend_too_soon")
    travel(31)
    assert ask({"phone_number": DAVE}, str(uuid.uuid4())).status_code == 200
    assert len(sms.sent_to(DAVE)) == 2


def test_without_a_key_no_row_is_written(ask):
    ask({"phone_number": DAVE}, None)
    assert IdempotencyKey.objects.count() == 0


def test_one_number_in_two_spellings_is_one_request(ask, sms):
    assert ask({"phone_number": DAVE}).content == ask({"phone_number": "99001 12233"}).content
    assert len(sms.messages) == 1


@each(
    "body",
    [
        {"phone_number": BOB},
        {"phone_number": DAVE, "contact_consent": True},
        {"phone_number": DAVE, "contact_consent": False},
    ],
)
def test_a_key_that_came_with_another_body_is_refused(ask, sms, body):
    ask({"phone_number": DAVE})
    response = ask(body)
    refused_with(response, 422, "idempotency_key_reused")
    [error] = response.json()["errors"]
    assert (error["field"], error["code"]) == ("Idempotency-Key", "reused")
    assert DAVE not in response.content.decode()
    assert sms.sent_to(BOB) == []


@each("key", ["", "short", f"{KEY}, {KEY}", "x" * 256, '"é' + "x" * 20 + '"'])
def test_a_malformed_key_is_refused_and_sends_nothing(ask, sms, key):
    response = ask({"phone_number": DAVE}, key)
    refused_with(response, 422, "idempotency_key_invalid")
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"
    assert sms.messages == []
    assert IdempotencyKey.objects.count() == 0


def test_a_body_that_breaks_a_rule_leaves_the_key_unused(ask, sms):
    assert ask({"phone_number": "12"}).status_code == 422
    assert IdempotencyKey.objects.count() == 0
    assert ask({"phone_number": DAVE}).status_code == 200


def test_a_refusal_leaves_the_key_unused(ask, api, sms, alice):
    """A message that could not be sent is sent by the retry."""
    sms.behaviour = 20500
    refused_with(ask({"phone_number": DAVE}), 503, "sms_unavailable")
    assert IdempotencyKey.objects.count() == 0
    sms.behaviour = None
    assert ask({"phone_number": DAVE}).status_code == 200
    refused_with(ask({"phone_number": ALICE}, str(uuid.uuid4())), 409, "user_exists")
    assert IdempotencyKey.objects.count() == 1


def test_a_retry_counts_against_no_limit(ask, settings):
    settings.SMS_PER_IP = 2
    for number in (DAVE, BOB):
        key = str(uuid.uuid4())
        assert [ask({"phone_number": number}, key).status_code for _ in range(5)] == [200] * 5


def test_a_key_is_free_again_after_a_day(ask, sms, travel):
    ask({"phone_number": DAVE})
    travel(24 * 3600 - 5)
    ask({"phone_number": DAVE})
    assert len(sms.messages) == 1
    travel(10)
    assert ask({"phone_number": BOB}).status_code == 200
    assert len(sms.messages) == 2


def test_keys_that_are_too_old_are_removed(ask, travel):
    ask({"phone_number": DAVE})
    assert not IdempotencyKey.objects.past_retention().exists()
    travel(24 * 3600 + 1)
    assert IdempotencyKey.objects.past_retention().count() == 1


def test_a_request_whose_process_died_waits_a_minute_for_its_retry(ask, travel):
    ask({"phone_number": DAVE})
    IdempotencyKey.objects.update(answer="")
    travel(31)
    response = ask({"phone_number": DAVE})
    refused_with(response, 409, "idempotency_in_progress")
    assert (response["Retry-After"], response.json()["retry_after"]) == ("5", 5)
    refused_with(ask({"phone_number": BOB}), 422, "idempotency_key_reused")
    travel(30)
    refused_with(ask({"phone_number": BOB}), 422, "idempotency_key_reused")
    assert ask({"phone_number": DAVE}).status_code == 200


def test_the_retry_sends_no_second_message_if_the_first_may_have_left(ask, sms, travel):
    first = ask({"phone_number": DAVE}).json()
    for _ in range(2):
        IdempotencyKey.objects.update(answer="")
        travel(61)
        second = ask({"phone_number": DAVE}).json()
        told = {"delivery": "pending", "resend_after": 0}
        assert second["data"] == first["data"] | told
    assert len(sms.messages) == 1


def test_the_retry_sends_what_the_first_did_not_come_to(ask, sms, travel):
    ask({"phone_number": DAVE})
    IdempotencyKey.objects.update(answer="")
    PhoneOTP.objects.all().delete()
    travel(61)
    assert ask({"phone_number": DAVE}).json()["data"]["delivery"] == "accepted"
    assert len(sms.messages) == 2


def test_who_finishes_after_another_took_over_keeps_no_answer(ask):
    ask({"phone_number": DAVE})
    row = IdempotencyKey.objects.get()
    IdempotencyKey.objects.keep(row.key_hash, uuid.uuid4(), "other")
    IdempotencyKey.objects.release(row.key_hash, uuid.uuid4())
    assert IdempotencyKey.objects.get().answer == row.answer


def test_the_table_says_nothing_about_anybody(ask, sms):
    ask({"phone_number": DAVE})
    stored = str(IdempotencyKey.objects.values().get())
    for secret in (DAVE[1:], KEY.strip('"'), sms.last_code(DAVE), "success"):
        assert secret not in stored


def test_one_key_is_another_at_another_operation(ask, sms, alice, travel):
    assert ask({"phone_number": DAVE}).status_code == 200
    assert ask({"phone_number": ALICE}, path="/api/auth/login").status_code == 200
    assert (
        ask({"phone_number": BOB}, path="/api/users/password-reset").json()["errors"][0]["field"]
        == "phone"
    )


def test_the_first_version_s_address_is_the_same_operation(ask, sms):
    first = ask({"phone_number": DAVE})
    assert ask({"phone_number": DAVE}, path="/auth/signup").content == first.content
    assert len(sms.messages) == 1


@each(
    "path, body, other",
    [
        ("/api/auth/change-phone", {"phone_number": DAVE}, {"phone_number": CAROL}),
        ("/api/auth/account/delete-code", None, None),
    ],
)
def test_of_somebody_signed_in_a_key_counts_for_the_account(
    ask, sms, alice, bob, token_of, path, body, other
):
    tokens = [token_of(alice), token_of(alice), token_of(bob)]
    first, again = (ask(body, path=path, token=token) for token in tokens[:2])
    assert first.status_code == 200, first.content
    assert again.content == first.content
    count = len(sms.messages)
    assert ask(other, path=path, token=tokens[2]).status_code == 200
    assert len(sms.messages) > count


def test_a_key_does_not_open_an_answer_without_a_token_that_counts(ask, alice, token_of, api):
    token = token_of(alice)
    path = "/api/auth/account/delete-code"
    assert ask(None, path=path, token=token).status_code == 200
    refused_with(ask(None, path=path), 401, "not_authenticated")
    api.post("/api/auth/logout", token=token)
    refused_with(ask(None, path=path, token=token), 401, "invalid_token")


def test_codes_of_e_mail_accounts_are_asked_for_once(ask, sms, users, esha):
    verify = "/api/users/send-phone-otp/"
    assert ask({"phone": DAVE}, path=verify, token=esha).status_code == 200
    assert ask({"phone": DAVE}, path=verify, token=esha).status_code == 200
    assert len(sms.sent_to(DAVE)) == 1
    refused_with(ask({"phone": DAVE}, path=verify, token="x.y.z"), 401, "invalid_token")
    mail.outbox.clear()
    for _ in range(2):
        assert ask(None, path="/api/users/send-email-otp/", token=esha).status_code == 200
    assert [message.to for message in mail.outbox] == [[ESHA["email"]]]


def test_a_reset_is_asked_for_once(ask, sms, alice):
    answers = [ask({"phone": ALICE}, path="/api/users/password-reset/") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(sms.sent_to(ALICE)) == 1


def test_a_retry_without_a_solution_gets_the_answer_to_the_one_with_it(ask, sms, settings):
    """A proof of work that is asked for is a refusal: the key stays for the next try."""
    settings.PROOF_OF_WORK = "on"
    settings.SMS_PER_IP = 0
    refused = ask({"phone_number": DAVE})
    assert refused.status_code == 429
    settings.SMS_PER_IP = 10
    assert ask({"phone_number": DAVE}).status_code == 200
    assert len(sms.messages) == 1

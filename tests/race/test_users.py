"""E-mail accounts, many times at once: one address, one number, one owner."""

from collections import Counter

import pytest
from django.test import Client

from accounts.codes import challenge
from accounts.models import User
from accounts.models.phone_otp import Purpose
from leads.models import Lead
from tests.accounts.conftest import ESHA
from tests.cast import DAVE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]


def post(name, body, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().post(
        f"/api/users/{name}/", body, content_type="application/json", headers=headers
    )


def statuses(responses):
    return Counter(response.status_code for response in responses)


def test_one_address_registers_once_in_whatever_case(together):
    spellings = ["esha@example.com", "ESHA@example.com", "Esha@Example.com"]
    answers = together(
        12,
        lambda n: post("register", ESHA | {"email": spellings[n % 3], "phone": f"+9199001{n:05d}"}),
    )
    assert statuses(answers) == {201: 1, 409: 11}
    assert User.objects.count() == Lead.objects.count() == 1


def test_two_who_hold_the_code_of_one_number_get_it_once(together):
    """A couple with one phone, each with an account that claims its number."""
    emails = ["one@example.com", "two@example.com"]
    tokens = [post("register", ESHA | {"email": email}).json()["token"] for email in emails]
    code = challenge.issue(DAVE, Purpose.VERIFY_PHONE, "432199").otp_code
    body = {"phone": DAVE, "otp": code}
    answers = together(10, lambda n: post("verify-phone-otp", body, tokens[n % 2]))
    found = statuses(answers)
    assert found[200] == 1
    assert set(found) <= {200, 400, 409, 429}
    [owner] = User.objects.filter(is_verified=True)
    assert not User.objects.exclude(claimed_phone_number="").exists()
    assert Lead.objects.get(phone_number=DAVE).user_id == owner.pk


def test_signing_up_by_phone_and_proving_a_claim_at_once_leave_one_owner(together):
    token = post("register", ESHA).json()["token"]
    claim = challenge.issue(DAVE, Purpose.VERIFY_PHONE, "432199").otp_code
    sign_in = challenge.issue(DAVE, Purpose.SIGN_IN, "4321").otp_code

    def prove(number):
        if number % 2:
            return post("verify-phone-otp", {"phone": DAVE, "otp": claim}, token)
        body = {"phone_number": DAVE, "otp_code": sign_in}
        return Client().post("/api/auth/verify-otp", body, content_type="application/json")

    answers = together(2, prove)
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert User.objects.filter(phone_number=DAVE, is_verified=True).count() == 1
    assert not User.objects.exclude(claimed_phone_number="").exists()


def test_one_code_resets_a_password_once(together):
    token = post("register", ESHA).json()["token"]
    code = challenge.issue(DAVE, Purpose.VERIFY_PHONE, "432199").otp_code
    post("verify-phone-otp", {"phone": DAVE, "otp": code}, token)
    code = challenge.issue(DAVE, Purpose.RESET_PASSWORD, "432199").otp_code

    def reset(number):
        password = f"harmonium-ghat-{number}"
        body = {"phone": DAVE, "otp": code, "password": password, "password_confirm": password}
        return post("password-reset/confirm", body)

    answers = together(10, reset)
    assert statuses(answers)[200] == 1
    [winner] = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    assert User.objects.get().check_password(f"harmonium-ghat-{winner}")

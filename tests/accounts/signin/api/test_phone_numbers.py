"""Which numbers may sign in, and how they may be spelled."""

import pytest

from accounts.models import User
from tests.cast import ALICE
from tests.each import each


@each(
    "spelling",
    [
        "+91 62058-29376",
        "00916205829376",
        "916205829376",
        "+91 (6205) 829.376",
        "+91 06205829376",
        "\u200e+91\u00a06205829376\u200e",
        "+٩١٦٢٠٥٨٢٩٣٧٦",
        "+९१६२०५८२९३७६",
        "＋９１６２０５８２９３７６",
    ],
)
def test_every_spelling_of_a_number_is_one_account(api, sms, alice, spelling):
    response = api.post("/api/auth/login", {"phone_number": spelling})
    assert response.json()["data"]["phone_number"] == ALICE
    data = {"phone_number": spelling, "otp_code": sms.last_code(ALICE)}
    assert api.post("/api/auth/verify-login", data).json()["data"]["user_id"] == alice.pk
    assert User.objects.count() == 1


def test_twilio_s_magic_numbers_are_well_formed(api, sms, db):
    for number in ("+15005550006", "+1234567890"):
        assert api.post("/api/auth/signup", {"phone_number": number}).status_code == 200


def test_undeliverable_numbers_are_refused_when_validity_counts(api, sms, db, settings):
    settings.PHONE_VALIDATION = "valid"
    assert api.post("/api/auth/signup", {"phone_number": "+1234567890"}).status_code == 422
    assert api.post("/api/auth/signup", {"phone_number": ALICE}).status_code == 200


@pytest.mark.parametrize("number", ["+80012345678", "+87012345678", "+99912345678"])
def test_numbers_of_no_country_are_taken_where_any_well_formed_one_is(api, sms, db, number):
    assert api.post("/api/auth/signup", {"phone_number": number}).status_code == 200


@each("number", ["+19005551234", "+18005551234", "+80012345678", "+912228888888"])
def test_numbers_that_get_no_messages_are_refused_when_validity_counts(
    api, sms, db, settings, number
):
    settings.PHONE_VALIDATION = "valid"
    assert api.post("/api/auth/signup", {"phone_number": number}).status_code == 422


@pytest.mark.parametrize("typed", ["+49005987535103", "+4905987535103", "+495987535103"])
def test_a_spelling_that_we_answer_with_is_final(api, sms, db, typed):
    answer = api.post("/api/auth/signup", {"phone_number": typed}).json()
    assert answer["data"]["phone_number"] == "+495987535103"

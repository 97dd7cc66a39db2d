"""One rule, two doors: the API and the page refuse the same input, and with the same words except
where a page can say more (tests/accounts/phone/test_national_numbers.py)."""

import html
import re

from django.test import Client

from accounts.models import PhoneOTP, UserProfile
from accounts.profile.sections import SECTIONS
from tests.cast import DAVE, PROFILE
from tests.each import each
from tests.steps import as_parts, send

BAD_NUMBERS = [
    "",
    " ",
    "+",
    "12",
    "+123456",
    "+1234567890123456",
    "+0123456789",
    "abcdefghij",
    "+91 62058 2937x",
    "1-800-FLOWERS",
    "+916205829376;ext=5",
    "+916205829376, +919876543210",
    "+91 6205829376\x00",
    "+" + "1" * 100,
    "' OR 1=1 --",
    "①②③④⑤⑥⑦⑧⑨⑩",
]
BAD_CODES = ["", "123", "12345", "12a4", "12.4", "-123", "+123", "1 23", "0x12", "1234 or 4321"]
ONLY_BAD_FOR_THE_API = ["１２３４", "٠١٢٣", " 12 34 ", "12-34", "1234 is your code"]
BAD_FIELDS = [
    ("name", "Al"),
    ("name", "a" * 101),
    ("name", "R2D2"),
    ("name", "Eve <b>"),
    ("birth_date", "not a date"),
    ("birth_date", "1899-12-31"),
    ("birth_date", "2999-01-01"),
    ("birth_date", "1998-02-30"),
    ("birth_date", "2015-01-01"),
    ("gender", "robot"),
    ("event_interests", [1, 2, 3, 4, 5, 6]),
    ("event_interests", [1, 1]),
    ("event_interests", [99]),
    ("email", "nobody"),
    ("bio", "b" * 501),
    ("bio", "nul\x00byte"),
    ("location", "l" * 101),
]

IN_PARTS = {
    "not a date": "Enter all four digits of the year, such as 1998.",
    "1998-02-30": "Enter a real date in numbers, such as 23 4 1998.",
}
"""Three fields know better what is wrong, and nobody types `YYYY-MM-DD` there."""


def words_of_api(response, field):
    assert response.status_code == 422, response.content
    [error] = [error for error in response.json()["errors"] if error["field"] == field]
    return error["message"]


def words_of_page(response, field):
    assert response.status_code == 422
    page = response.content.decode()
    [shown] = re.findall(rf'id="id_{field}_error"[^>]*>(.*?)</p>', page, re.DOTALL)
    return html.unescape(re.sub(r"<svg.*</svg>", "", shown, flags=re.DOTALL)).strip()


@each("typed", BAD_NUMBERS)
def test_a_bad_number_gets_the_same_message_from_api_and_page(api, sms, db, typed):
    words_of_api(api.post("/api/auth/signup", {"phone_number": typed}), "phone_number")
    words_of_page(Client().post("/signup/", {"phone_number": typed}), "phone_number")
    assert sms.messages == []


@each("typed", BAD_CODES)
def test_a_bad_code_gets_the_same_message_from_api_and_page(api, sms, db, typed):
    browser = Client()
    browser.post("/signup/", {"phone_number": DAVE})
    response = api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": typed})
    words = words_of_api(response, "otp_code")
    page = words_of_page(browser.post("/verify/", {"otp_code": typed}), "otp_code")
    assert page == words
    assert PhoneOTP.objects.get().attempts == 0


@each("typed", ONLY_BAD_FOR_THE_API)
def test_a_code_with_separators_is_accepted_by_the_page_only(api, sms, db, typed):
    browser = Client()
    browser.post("/signup/", {"phone_number": DAVE})
    response = api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": typed})
    words_of_api(response, "otp_code")
    assert PhoneOTP.objects.get().attempts == 0
    response = browser.post("/verify/", {"otp_code": typed})
    assert response.status_code in (302, 400)
    assert PhoneOTP.objects.get().attempts == 1


@each("field, value", BAD_FIELDS)
def test_a_bad_field_gets_the_same_message_from_api_and_page(
    api, bob, token_of, browser_of, field, value
):
    fields = PROFILE | {field: value}
    response = api.post("/api/auth/complete-profile", fields, token=token_of(bob))
    words = words_of_api(response, field)
    browser = browser_of(bob)
    for section in SECTIONS:
        if field in section.fields:
            break
        send(browser, section.name)
    page = words_of_page(send(browser, section.name, **as_typed(field, value)), field)
    assert page == IN_PARTS.get(value if field == "birth_date" else None, words)
    assert not UserProfile.objects.exists()


def as_typed(field, value):
    """The value as the page's inputs send it."""
    if field == "birth_date":
        return as_parts(value)
    return {field: value}

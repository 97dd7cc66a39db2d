"""A spelling is the same number at every door, and a slip of the pen is nobody else's number."""

import random

import pytest
from django.core.exceptions import ValidationError

from accounts.models import PhoneOTP
from accounts.phone import numbers
from tests.each import each

NUMBER = "+919812340001"

SPELLINGS = [
    NUMBER,
    "9812340001",
    "09812340001",
    "919812340001",
    "0091 98123 40001",
    "9812340001.0",
    '="9812340001"',
    "'9812340001",
    "p:+919812340001",
    "tel:+91-98123-40001",
    "९८१२३ ४०००१",
    "\u202a98123\u00a040001\u202c",
]

REFUSED = ["9.19812E+11", "79812340001", "981234000", "12025550123", "1409812340", "+911600123456"]


def ask_by_api(api, browser_of, typed):
    answer = api.post("/api/auth/signup", {"phone_number": typed})
    return {"signed up as": answer.json()["data"] and answer.json()["data"]["phone_number"]}


def ask_by_first_version(api, browser_of, typed):
    answer = api.post("/auth/signup", {"phone_number": typed})
    return {"signed up as": answer.json()["data"] and answer.json()["data"]["phone_number"]}


def ask_by_page(api, browser_of, typed):
    browser = browser_of()
    browser.post("/signup/", {"phone_number": typed, "country": "IN"})
    return {"signed up as": next(iter(recipients()), None)}


def recipients():
    return PhoneOTP.objects.values_list("recipient", flat=True)


DOORS = [ask_by_api, ask_by_first_version, ask_by_page]


@pytest.mark.parametrize("door", DOORS)
@each("typed", SPELLINGS)
def test_a_spelling_is_one_number_at_every_door(settings, db, api, sms, browser_of, door, typed):
    settings.PHONE_VALIDATION = "valid"
    assert door(api, browser_of, typed) == {"signed up as": NUMBER}


@pytest.mark.parametrize("door", DOORS)
@each("typed", REFUSED)
def test_no_door_guesses_a_number(settings, db, api, sms, browser_of, door, typed):
    settings.PHONE_VALIDATION = "valid"
    assert door(api, browser_of, typed) == {"signed up as": None}
    assert not recipients().exists()


def slips(number, dice):
    """What becomes of a national number by one slip: a digit lost, doubled, changed or swapped."""
    at = dice.randrange(len(number))
    yield number[:at] + number[at + 1 :]
    yield number[:at] + number[at] + number[at:]
    yield number[:at] + dice.choice("0123456789") + number[at + 1 :]
    yield number[:at] + number[at : at + 2][::-1] + number[at + 2 :]
    yield f"{number}.0"
    yield f"{number}0"


@pytest.mark.parametrize("validation", ["valid", "e164"])
def test_a_slip_in_an_indian_number_never_leads_abroad(settings, validation):
    settings.PHONE_VALIDATION = validation
    dice = random.Random(7)
    for _ in range(1000):
        number = dice.choice("6789") + "".join(dice.choices("0123456789", k=9))
        for typed in slips(number, dice):
            if typed.startswith("00"):
                continue  # a country code follows
            try:
                read = numbers.normalise(typed)
            except ValidationError:
                continue
            assert read.startswith("+91"), typed

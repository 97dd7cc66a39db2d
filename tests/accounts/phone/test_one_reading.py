"""A spelling is the same number at every door, and a slip of the pen is nobody else's number."""

import random

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import PhoneOTP, SecurityEvent, User
from accounts.models.security_event import Kind
from accounts.phone import numbers
from tests.accounts.conftest import ESHA
from tests.each import each
from tests.spellings import NO_NUMBERS, NUMBER, NUMBERS

ABROAD_OR_OFFICES = ["+911600123456"]


@pytest.fixture
def doors(api, sms, browser_of, token_of):
    """`doors(name)`: what a door makes of a typed number; it is where the code went."""

    def ask_as_customer(path, typed):
        customer = User.objects.get(pk=User.objects.get_or_create_verified("+919900000009").pk)
        api.post(path, {"phone_number": typed}, token=token_of(customer))

    def ask_on_a_page(path, typed):
        browser_of().post(path, {"phone_number": typed, "country": "IN"})

    def change_on_the_page(typed):
        customer = User.objects.get(pk=User.objects.get_or_create_verified("+919900000009").pk)
        browser_of(customer).post("/profile/phone/", {"phone_number": typed, "country": "IN"})

    asked = {
        "signup": lambda typed: api.post("/api/auth/signup", {"phone_number": typed}),
        "signup of version 1": lambda typed: api.post("/auth/signup", {"phone_number": typed}),
        "change of number": lambda typed: ask_as_customer("/api/auth/change-phone", typed),
        "reset": lambda typed: api.post("/api/users/password-reset/", {"phone": typed}),
        "signup page": lambda typed: ask_on_a_page("/signup/", typed),
        "login page": lambda typed: ask_on_a_page("/login/", typed),
        "reset page": lambda typed: ask_on_a_page("/password/", typed),
        "page for another number": change_on_the_page,
    }

    def sent_to(name, typed):
        asked[name](typed)
        return set(recipients()) - {"+919900000009"}

    return sent_to


def recipients():
    return PhoneOTP.objects.values_list("recipient", flat=True)


DOORS = [
    *("signup", "signup of version 1", "change of number", "reset"),
    *("signup page", "login page", "reset page", "page for another number"),
]


@pytest.mark.parametrize("door", DOORS)
@each("typed", NUMBERS)
def test_a_spelling_is_one_number_at_every_door(settings, db, doors, door, typed):
    settings.PHONE_VALIDATION = "valid"
    assert doors(door, typed) == {NUMBER}


@pytest.mark.parametrize("door", DOORS)
@each("typed", NO_NUMBERS + ABROAD_OR_OFFICES)
def test_no_door_guesses_a_number(settings, db, doors, door, typed):
    settings.PHONE_VALIDATION = "valid"
    assert doors(door, typed) == set()


@each("typed", NUMBERS)
def test_an_account_claims_the_number_however_it_is_spelled(users, esha, typed):
    users.register(email="fay@example.com", phone=typed)
    users.api.patch("/api/users/me/", {"phone": typed}, token=esha)
    claimed = User.objects.values_list("claimed_phone_number", flat=True)
    assert list(claimed) == [NUMBER, NUMBER]


@each("typed", [*NUMBERS, f" {ESHA['email']}\u202c"])
def test_the_admin_finds_people_as_they_are_entered(users, esha, manager, browser_of, typed):
    User.objects.get_or_create_verified(NUMBER)
    found = browser_of(manager).get(reverse("admin:accounts_user_changelist"), {"q": typed})
    [person] = found.context["cl"].result_list
    assert NUMBER in (person.phone_number, typed) or person.email == ESHA["email"]


@each("typed", NUMBERS)
def test_the_security_log_is_searched_by_a_number_in_any_spelling(manager, browser_of, typed):
    SecurityEvent.objects.record(Kind.CODE_REFUSED, recipient=NUMBER)
    SecurityEvent.objects.record(Kind.CODE_REFUSED, recipient="+919812340002")
    url = reverse("admin:accounts_securityevent_changelist")
    assert len(browser_of(manager).get(url, {"q": typed}).context["cl"].result_list) == 1


def test_an_address_of_the_internet_is_no_number(api, users, manager, browser_of):
    """Its digits are those of a number in India."""
    browser = browser_of(manager)
    SecurityEvent.objects.record(Kind.CODE_REFUSED, recipient="+919812340111")
    api.client.defaults["REMOTE_ADDR"] = "98.123.40.111"
    users.post("login", {"email": "nobody@example.com", "password": "x"})
    url = reverse("admin:accounts_securityevent_changelist")
    found = browser.get(url, {"q": "98.123.40.111"}).context["cl"].result_list
    assert [event.ip for event in found] == ["98.123.40.111"]


OTHER_DIGITS = ["०१२३४५६७८९", "٠١٢٣٤٥٦٧٨٩", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９"]


def with_one_error(spelling, dice):
    """A spelling with one error of those that people and spreadsheets make."""
    at = dice.randrange(len(spelling))
    before, digit, after = spelling[:at], spelling[at], spelling[at + 1 :]
    return dice.choice(
        [
            before + after,
            before + digit + digit + after,
            before + after[:1] + digit + after[1:],
            before + dice.choice("0123456789") + after,
            before + dice.choice(OTHER_DIGITS)[int(digit)] + after,
            f"{spelling}.0",
            f"{spelling}0",
            f"0{spelling}",
            f"91{spelling}",
            f"{float(spelling):.5E}",
            f"{spelling[0]}.{spelling[1:]}E+{len(spelling) - 1}",
        ]
    )


@pytest.mark.parametrize("validation", ["valid", "e164"])
@pytest.mark.parametrize("prefix", ["", "0", "91"])
def test_one_error_in_an_indian_number_never_leads_abroad(settings, validation, prefix):
    """Of a thousand spellings none does, but for `00`, which says that a country code follows."""
    settings.PHONE_VALIDATION = validation
    dice, read_at_all = random.Random(7), 0
    for _ in range(1000):
        number = dice.choice("6789") + "".join(dice.choices("0123456789", k=9))
        typed = with_one_error(prefix + number, dice)
        if typed.startswith("00"):
            continue
        try:
            read = numbers.normalise(typed)
        except ValidationError:
            continue
        read_at_all += 1
        assert read.startswith("+91"), typed
    assert read_at_all > 100

"""What pages say to people: each form after every kind of mistake, and the page of each error."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django import forms
from django.contrib.admin import site
from django.test import Client, RequestFactory

from accounts.service.forms import ServiceAccountForm, ServiceAccountKeyForm
from accounts.staff.errors import CSRFRefused
from leads.desk.filters import LeadFilterForm
from loopin import urls
from loopin.errors import LoopinError
from loopin.times import waiting
from loopin.web.error_pages import error_page
from loopin.web.forms import PlainForm
from tests.cast import ALICE, DAVE
from tests.each import each
from tests.steps import send

WORDS_OF_THE_API = re.compile(
    r"\bOTP\b|\b[Ii]nvalid\b|\bvalid\b|This field|Ensure this|Select a|attempts?\b|\brequests?\b"
    r"|\btoken\b|\bBearer\b|\bJSON\b|/api/|\bsignup\b|\blogin\b|\bendpoint|\bheader\b|\bmethod\b"
)
FOR_PROGRAMS = (
    *("accounts.idempotency.", "accounts.service.", "leads.webhooks."),
    f"{CSRFRefused.__module__}.{CSRFRefused.__name__}",
)
"""Only programs are answered these: how the full names of their classes begin."""
FORMS_OF_OTHERS = {LeadFilterForm, ServiceAccountForm, ServiceAccountKeyForm}
"""What the first cannot read filters nothing, and nothing is said. The admin has the others."""


def shown(response) -> list[str]:
    """The errors on a page, each in one line."""
    page = response.content.decode()
    found = re.findall(
        r'<p class="[^"]*error[^"]*"[^>]*>(.*?)</p>|<div class="message error.*?</div>', page, re.S
    )
    texts = [re.sub(r"<svg.*?</svg>|<[^>]+>", "", text, flags=re.S) for text in found]
    return [" ".join(text.split()) for text in texts if text.strip()]


def kinds_of(error: type[LoopinError]) -> Iterator[type[LoopinError]]:
    """The class and all below it that people may be shown; `urls` imports what the product has."""
    assert urls.urlpatterns
    yield error
    for kind in error.__subclasses__():
        if not f"{kind.__module__}.{kind.__name__}".startswith(("tests.", *FOR_PROGRAMS)):
            yield from kinds_of(kind)


def errors() -> list[LoopinError]:
    """Each error that can be made without arguments; the others say what they are given."""
    made = []
    for kind in kinds_of(LoopinError):
        with suppress(TypeError, AttributeError):
            made.append(kind())
    return sorted(made, key=repr)


def test_the_errors_are_found():
    assert len(errors()) > 70


@each("error", errors())
def test_no_error_says_a_word_of_the_api_to_people(error):
    assert error.page_message
    assert not WORDS_OF_THE_API.search(error.page_message), error.page_message


@each("error", errors())
def test_the_page_of_every_error_is_in_people_s_words(error):
    page = error_page(RequestFactory().get("/"), error).content.decode()
    main = page.partition("<main>")[2].partition("</main>")[0]
    text = re.sub(r"<[^>]+>", " ", main)
    assert not WORDS_OF_THE_API.search(text), WORDS_OF_THE_API.search(text)


@pytest.fixture
def waiting_for_code(sms, db) -> Client:
    browser = Client()
    browser.post("/signup/", {"phone_number": DAVE})
    return browser


def pages_with_mistakes(browser: Client, customer: Client, esha: Client):
    """What people send by mistake: nothing, nonsense, too much."""
    for path in ("/signup/", "/login/", "/password/"):
        for number in ("", "12", "nonsense", "1" * 80, "+1 202 555 0143 ext 5"):
            yield browser.post(path, {"phone_number": number})
        yield browser.post(path, {"phone_number": DAVE, "country": "XX"})
    for code in ("", "12", "abcd", "1" * 2000):
        yield browser.post("/verify/", {"otp_code": code})
    for body in ({}, {"email": "nobody", "password": "x"}, {"email": "a" * 400, "password": "\0"}):
        yield browser.post("/login/email/", body)
    yield browser.post("/verify/resend/", {"channel": "fax"})
    for step in ("about", "interests", "more"):
        yield esha.post(f"/profile/complete/{step}/", {})
    yield send(esha, "about", name="7", birth_date_day="x", gender="robot")
    yield send(esha, "about", name="x" * 300, birth_date_year="3000")
    send(esha, "about")
    yield esha.post("/profile/complete/interests/", {})
    yield send(esha, "interests", event_interests=["x"])
    yield send(esha, "interests", event_interests=["999"])
    for section in ("about", "interests", "more"):
        yield customer.post(f"/profile/edit/{section}/", {"email": "nobody", "bio": "b" * 900})
    yield customer.post("/profile/phone/", {})
    yield customer.post("/profile/phone/", {"phone_number": ALICE})
    yield customer.post("/profile/delete/", {"otp_code": ""})
    yield customer.post("/profile/delete/", {"otp_code": "123456"})
    yield customer.post("/profile/pictures/upload/", {})


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_page_answers_a_mistake_with_a_word_of_the_api(
    waiting_for_code, alice, bob, browser_of, language
):
    customer, newcomer = browser_of(alice), browser_of(bob)
    for browser in (waiting_for_code, customer, newcomer):
        browser.cookies["django_language"] = language
        browser.post("/language/", {"language": language})
    said = 0
    for response in pages_with_mistakes(waiting_for_code, customer, newcomer):
        if response.status_code == 302:
            continue
        texts = shown(response)
        said += len(texts)
        for text in texts:
            assert not WORDS_OF_THE_API.search(text), text
        if language == "hi":
            assert '<html lang="hi"' in response.content.decode()
            assert [
                text
                for text in texts
                if re.search("[A-Za-z]{6,}", text.replace("asha@example.com", ""))
            ] == []
    assert said > 30


def all_forms(kind=forms.BaseForm):
    for form in kind.__subclasses__():
        if form.__module__.startswith(("accounts.", "leads.", "loopin.", "interests.")):
            yield form
        yield from all_forms(form)


def test_every_form_of_the_pages_speaks_in_our_words():
    of_admin = {model_admin.form for model_admin in site._registry.values()}
    ours = {
        form
        for form in all_forms()
        if not form.__module__.endswith(".admin") and not issubclass(form, PlainForm)
    }
    assert {form.__name__ for form in ours - of_admin - FORMS_OF_OTHERS} <= {"OrderForm"}


def test_every_kind_of_field_says_what_to_do_when_it_is_empty():
    class Form(PlainForm, forms.Form):
        text = forms.CharField()
        secret = forms.CharField(widget=forms.PasswordInput)
        email = forms.CharField(widget=forms.EmailInput)
        one = forms.ChoiceField(choices=[("a", "A")])
        radio = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
        many = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
        day = forms.DateField()
        moment = forms.DateTimeField()
        file = forms.FileField()
        tick = forms.BooleanField()
        own = forms.CharField(error_messages={"required": "Write your own."})

    assert {name: words[0] for name, words in Form({}).errors.items()} == {
        "text": "Please fill this in.",
        "secret": "Enter your password.",
        "email": "Enter your e-mail address.",
        "one": "Choose one.",
        "radio": "Choose one.",
        "many": "Choose at least one.",
        "day": "Choose a date.",
        "moment": "Choose a date and time.",
        "file": "Choose a file.",
        "tick": "Tick this box to go on.",
        "own": "Write your own.",
    }


def test_a_number_that_is_out_of_range_is_told_the_range():
    class Form(PlainForm, forms.Form):
        days = forms.IntegerField(min_value=1, max_value=9)
        text = forms.CharField(max_length=3)

    assert Form({"days": "10", "text": "long"}).errors == {
        "days": ["Enter 9 or less."],
        "text": ["Use at most 3 characters."],
    }


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(40, "in 40 seconds"), (150, "in 3 minutes"), (3599, "in 60 minutes")],
)
def test_a_short_wait_is_told_by_its_length(seconds, words):
    assert waiting.format_end(seconds) == words


def test_a_long_wait_is_told_by_the_clock():
    assert re.fullmatch(r"(at|tomorrow at) \d\d:\d\d", waiting.format_end(3600))
    assert re.fullmatch(r"tomorrow at \d\d:\d\d", waiting.format_end(24 * 3600))
    assert re.fullmatch(r"on \d+ \w+ at \d\d:\d\d", waiting.format_end(3 * 24 * 3600))


@pytest.mark.parametrize("contact", ["", "help@loopin.example"])
def test_who_has_to_wait_long_is_told_what_else_helps(waiting_for_code, settings, travel, contact):
    settings.SUPPORT_CONTACT, settings.SMS_PER_NUMBER = contact, 1
    travel(31)
    page = waiting_for_code.post("/verify/resend/").content.decode()
    assert "There were too many tries. You can try again" in page
    assert 'href="/login/email/"' in page
    assert ("Ask us for help" in page) == bool(contact)
    settings.EMAIL_LOGIN_ENABLED = False
    assert 'href="/login/email/"' not in waiting_for_code.post("/verify/resend/").content.decode()

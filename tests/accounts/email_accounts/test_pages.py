"""The pages of e-mail accounts, in a browser without JavaScript."""

import re

import pytest
from django.test import Client

from accounts import limits
from accounts.models import Session, User
from tests.accounts.conftest import ESHA, PASSWORD, user
from tests.cast import ALICE, BOB, DAVE
from tests.hindi import english_left

NEW = "harmonium-ghat-77"
TWICE = {"password": NEW, "password_confirm": NEW}
HERS = {ESHA["email"]}
PAGES = ["/login/email/", "/password/", "/password/new/"]


def log_in(email=ESHA["email"], password=PASSWORD, browser=None):
    browser = browser or Client()
    return browser, browser.post("/login/email/", {"email": email, "password": password})


@pytest.fixture
def browser(esha) -> Client:
    """Esha's, signed in; her number is claimed."""
    return log_in()[0]


def shown(response) -> str:
    """A page without what differs from one time to the next."""
    text = re.sub(
        r'value="([^"]{64}|[0-9a-f]{32})"|"X-CSRFToken": "[^"]+"', "", response.content.decode()
    )
    return re.sub(r"\+?91[0-9]{10}|[0-9]{5} [0-9]{5}", "NUMBER", text)


def error_of(response, field) -> str:
    """The message beside a field, without its icon."""
    pattern = rf'id="id_{field}_error"[^>]*>(.*?)</p>'
    found = re.search(pattern, response.content.decode(), re.DOTALL)
    return re.sub("<[^>]*>", "", found[1]).strip()


def test_the_log_in_page_links_to_the_log_in_by_e_mail(client, db):
    assert 'href="/login/email/"' in client.get("/login/").content.decode()
    page = client.get("/login/email/").content.decode()
    for part in ('autocomplete="username"', 'autocomplete="current-password"', 'href="/login/"'):
        assert part in page
    assert 'href="/password/"' in page


@pytest.mark.parametrize("path", PAGES)
def test_the_log_in_by_e_mail_can_be_switched_off(client, db, settings, path):
    settings.EMAIL_LOGIN_ENABLED = False
    assert client.get(path).status_code == 404
    assert client.post(path, {"email": ESHA["email"], "password": PASSWORD}).status_code == 404
    assert "/login/email/" not in client.get("/login/").content.decode()


def test_a_person_with_a_verified_number_is_signed_in(verified):
    browser, answer = log_in("ESHA@example.com")
    assert answer["Location"] == "/profile/"
    assert browser.get("/profile/")["Location"] == "/profile/complete/"


def test_unknown_addresses_and_wrong_passwords_look_the_same(esha):
    _, wrong = log_in(password="wrong")
    _, unknown = log_in("nobody@example.com")
    assert wrong.status_code == unknown.status_code == 400
    assert "do not belong to an account" in shown(wrong)
    assert shown(wrong).replace(ESHA["email"], "") == shown(unknown).replace(
        "nobody@example.com", ""
    )
    assert PASSWORD not in shown(unknown)


def test_guesses_are_limited(esha):
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        log_in(password="wrong")
    _, answer = log_in()
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_staff_do_not_sign_in_here(staff):
    User.objects.filter(pk=staff.pk).update(email="sam@example.com")
    assert log_in("sam@example.com", "correct horse")[1].status_code == 400


def ask(browser, phone=DAVE):
    return browser.post("/password/", {"phone_number": phone}, follow=True)


def reset(browser, sms, phone=DAVE, **other):
    body = {"otp_code": sms.last_code(phone)} | TWICE | other
    return browser.post("/password/new/", body, follow=True)


def test_known_and_unknown_numbers_look_the_same(verified, sms):
    known, unknown = ask(Client()), ask(Client(), BOB)
    assert known.redirect_chain == unknown.redirect_chain == [("/password/new/", 302)]
    assert shown(known) == shown(unknown)


def test_the_new_password_is_set_and_every_device_signed_out(verified, sms, mailoutbox):
    there = log_in()[0]
    browser = Client()
    page = ask(browser).content.decode()
    assert "We sent 6 digits by SMS" in page
    assert page.count('autocomplete="new-password"') == 2
    answer = reset(browser, sms)
    assert answer.redirect_chain == [("/login/email/", 302)]
    assert "Your password is changed." in answer.content.decode()
    assert not Session.objects.live().exists()
    assert there.get("/profile/")["Location"] == "/login/"
    assert mailoutbox[-1].to == [ESHA["email"]]
    assert log_in(password=NEW)[1].status_code == 302
    assert browser.get("/password/new/")["Location"] == "/password/"


def test_every_broken_rule_is_told_beside_its_field(verified, sms):
    browser = Client()
    ask(browser)
    answer = reset(browser, sms, password="123", password_confirm="124")
    assert answer.status_code == 422
    told = error_of(answer, "password")
    assert all(words in told for words in ("too short", "too common", "entirely numeric"))
    answer = reset(browser, sms, password_confirm="other")
    assert error_of(answer, "password_confirm") == "The two passwords are not the same."


def test_a_password_like_the_person_s_name_is_refused_only_after_the_right_code(verified, sms):
    like = {"password": "esha@example", "password_confirm": "esha@example"}
    browser = Client()
    ask(browser)
    right = int(sms.last_code(DAVE))
    guess = reset(browser, sms, otp_code=f"{(right + 1) % 10**6:06d}", **like)
    assert "too similar" not in shown(guess)
    assert "Invalid OTP." in error_of(guess, "otp_code")
    assert "too similar" in error_of(reset(browser, sms, **like), "password")
    assert reset(browser, sms).redirect_chain == [("/login/email/", 302)]


def test_who_has_no_account_is_told_to_sign_up(db, sms):
    browser = Client()
    ask(browser, BOB)
    answer = reset(browser, sms, BOB)
    assert answer.redirect_chain == [("/signup/", 302)]
    assert "This number has no account yet." in shown(answer)
    assert "98765 43210" in answer.content.decode()
    assert not User.objects.exists()


def test_the_reset_page_without_a_number_redirects_to_the_first_step(client, db):
    assert client.get("/password/new/")["Location"] == "/password/"


def test_who_has_proven_no_number_does_so_first(browser):
    for path in ("/profile/", "/profile/complete/", "/profile/pictures/", "/profile/phone/"):
        assert browser.get(path)["Location"] == "/profile/number/"
    page = browser.get("/profile/number/").content.decode()
    assert 'value="99001 12233"' in page
    assert all(f'href="/profile/{name}/"' in page for name in ("devices", "export", "delete"))


def test_the_code_leads_to_the_profile(browser, sms):
    assert browser.get("/profile/number/code/")["Location"] == "/profile/number/"
    sent = browser.post("/profile/number/", {"phone_number": DAVE}, follow=True)
    assert sent.redirect_chain == [("/profile/number/code/", 302)]
    assert "We sent 6 digits by SMS" in sent.content.decode()
    right = sms.last_code(DAVE)
    wrong = {"otp_code": f"{(int(right) + 1) % 10**6:06d}"}
    answer = browser.post("/profile/number/code/", wrong)
    assert error_of(answer, "otp_code") == "Invalid OTP. 2 attempts remaining"
    answer = browser.post("/profile/number/code/", {"otp_code": right}, follow=True)
    assert answer.redirect_chain[-1][0] == "/profile/complete/about/"
    assert user().phone_number == DAVE
    assert browser.get("/profile/number/")["Location"] == "/profile/"


def test_another_number_than_the_claimed_one_may_be_proven(browser, sms, alice):
    browser.post("/profile/number/", {"phone_number": BOB})
    browser.post("/profile/number/code/", {"otp_code": sms.last_code(BOB)})
    assert (user().phone_number, user().claimed_phone_number) == (BOB, "")


def test_only_who_types_its_code_learns_that_a_number_is_taken(browser, sms, alice):
    sent = browser.post("/profile/number/", {"phone_number": ALICE})
    assert sent["Location"] == "/profile/number/code/"
    taken = browser.post("/profile/number/code/", {"otp_code": sms.last_code(ALICE)})
    assert taken.status_code == 409
    assert "This number belongs to an account already." in taken.content.decode()
    assert user().phone_number is None


def test_devices_export_and_log_out_need_no_number(browser):
    assert "This device" in browser.get("/profile/devices/").content.decode()
    assert browser.get("/profile/export/").json()["user"]["email"] == ESHA["email"]
    assert browser.post("/profile/devices/others/end/")["Location"] == "/profile/devices/"
    assert browser.post("/logout/")["Location"] == "/"
    assert browser.get("/profile/devices/")["Location"] == "/login/"


def test_the_code_that_deletes_the_account_comes_by_e_mail(browser, mailoutbox):
    assert "E-mail me a code" in browser.get("/profile/delete/").content.decode()
    browser.post("/profile/delete/code/")
    code = mailoutbox[-1].body.split()[0]
    assert browser.post("/profile/delete/", {"otp_code": code})["Location"] == "/"
    assert not User.objects.filter(is_active=True).exists()


def test_an_account_without_any_address_cannot_be_deleted_by_code(browser):
    User.objects.update(email="")
    assert browser.get("/profile/delete/").status_code == 403


@pytest.mark.parametrize("path", ["/profile/", "/profile/number/", "/profile/devices/"])
def test_staff_go_to_their_desk(staff, browser_of, path):
    assert browser_of(staff).get(path)["Location"] == "/leads/"


def test_the_pages_are_in_hindi_down_to_the_rules_of_passwords(verified, sms):
    browser = Client(headers={"Accept-Language": "hi"})
    ask(browser)
    weak = {"password": "123", "password_confirm": "124"}
    answers = [
        *(browser.get(path) for path in ("/login/", "/login/email/", "/password/")),
        log_in(password="wrong", browser=browser)[1],
        reset(browser, sms, otp_code="1", **weak),
        reset(browser, sms, password="esha@example", password_confirm="esha@example"),
    ]
    assert {text for answer in answers for _, text in english_left(answer)} <= HERS
    browser = log_in(browser=Client(headers={"Accept-Language": "hi"}))[0]
    User.objects.update(phone_number=None, is_verified=False, username="esha")
    for path in ("/profile/number/", "/profile/delete/"):
        assert {text for _, text in english_left(browser.get(path))} <= HERS

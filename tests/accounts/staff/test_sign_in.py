"""Staff get in with a password and a code, and stay in for a while."""

import logging

import pytest
from django.test import Client

from accounts import limits
from accounts.models import AuthenticatorApp, RateCounter, RecoveryCode, Session, User
from tests.accounts.staff import door
from tests.accounts.staff.door import CODES, ENROL, LOGIN, QR, SECOND
from tests.cast import BOB

SECRET_WORDS = {"username": "sam", "password": "correct horse"}


@pytest.fixture(autouse=True)
def _second_factor_is_required(settings):
    settings.STAFF_REQUIRE_2FA = True


def sign_in(browser=None, ip="198.51.100.7", **form):
    browser = browser or Client()
    return browser.post(LOGIN, SECRET_WORDS | form, REMOTE_ADDR=ip)


def is_in(browser):
    return browser.get("/leads/").status_code == 200


def change_cookie(browser, **changes):
    session = browser.session
    session.update(changes)
    session.save()
    browser.cookies["sessionid"] = session.session_key


def test_the_first_sign_in_goes_from_the_invitation_over_enrolment_to_the_desk(staff):
    browser = Client()
    step = browser.get(door.invitation_of(staff))
    assert step["Location"] == ENROL
    assert browser.get(ENROL)["Location"] == LOGIN
    step = browser.post(f"{LOGIN}?next=/leads/%3Fstatus%3Dnew", SECRET_WORDS)
    assert step["Location"] == f"{ENROL}?next=/leads/%3Fstatus%3Dnew"
    assert browser.get(step["Location"]).status_code == 200
    done = browser.post(step["Location"], {"second_factor": door.app_code(staff)})
    assert done.context["next"] == "/leads/?status=new"
    assert len(done.context["codes"]) == 10
    assert is_in(browser)


def test_without_an_invitation_the_password_is_told_what_to_do(staff):
    browser = Client()
    asked = browser.get("/leads/?status=new")
    assert asked["Location"] == f"{LOGIN}?next=/leads/%3Fstatus%3Dnew"
    step = browser.post(asked["Location"], SECRET_WORDS)
    assert step["Location"] == f"{SECOND}?next=/leads/%3Fstatus%3Dnew"
    step = browser.get(step["Location"])
    told = browser.get(step["Location"])
    assert told.status_code == 403
    assert "open the link of your invitation in this browser" in " ".join(
        told.content.decode().split()
    )


def test_the_key_is_shown_until_it_is_confirmed(staff):
    browser = door.open_invitation(staff)
    first = browser.get(ENROL)
    picture = browser.get(QR)
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    for response in (first, picture):
        assert "no-store" in response["Cache-Control"]
    assert browser.get(ENROL).context["groups"] == first.context["groups"]
    browser.post(ENROL, {"second_factor": door.app_code(staff)})
    for path in (ENROL, QR):
        assert browser.get(path)["Location"] == SECOND


def test_a_wrong_first_code_enrols_nobody(staff):
    browser = door.open_invitation(staff)
    browser.get(ENROL)
    assert browser.post(ENROL, {"second_factor": door.wrong_code(staff)}).status_code == 400
    assert not AuthenticatorApp.objects.exists()
    assert not is_in(browser)
    assert browser.post(ENROL, {"second_factor": door.app_code(staff)}).status_code == 200
    assert is_in(browser)


def test_recovery_codes_are_kept_as_hashes_only(staff):
    _, codes = door.enrol(staff)
    assert RecoveryCode.objects.count() == 10
    kept = " ".join(RecoveryCode.objects.values_list("code_hash", flat=True))
    for code in codes:
        assert code not in kept
        assert code.replace("-", "") not in kept


def test_an_enrolled_password_does_not_enrol_again(staff):
    door.enrol(staff)
    browser = door.give_password(staff)
    for path in (ENROL, QR):
        assert browser.get(path)["Location"] == SECOND
    assert browser.post(ENROL, {"second_factor": "000000"})["Location"] == SECOND


def test_a_password_alone_opens_nothing(staff):
    door.enrol(staff)
    browser = door.give_password(staff)
    assert browser.get("/leads/")["Location"] == f"{SECOND}?next=/leads/"
    assert browser.get("/django/admin/")["Location"] == f"{SECOND}?next=/django/admin/"
    assert browser.get(CODES).status_code == 302
    assert b"Desk" not in browser.get("/signup/").content


def test_the_code_of_the_app_opens_the_door_once(staff):
    door.enrol(staff)
    code = door.app_code(staff)
    browser = door.give_password(staff)
    assert browser.post(f"{SECOND}?next=/django/admin/", {"second_factor": code})["Location"] == (
        "/django/admin/"
    )
    assert is_in(browser)
    again = door.give_password(staff)
    assert again.post(SECOND, {"second_factor": code}).status_code == 400
    assert not is_in(again)


@pytest.mark.parametrize("typed", [str, str.upper, lambda code: code.replace("-", " ")])
def test_a_recovery_code_opens_the_door_once(staff, typed):
    _, codes = door.enrol(staff)
    browser = door.give_password(staff)
    assert browser.post(SECOND, {"second_factor": typed(codes[3])}).status_code == 302
    assert is_in(browser)
    again = door.give_password(staff)
    assert again.post(SECOND, {"second_factor": codes[3]}).status_code == 400
    door.another_moment(staff)
    assert again.post(SECOND, {"second_factor": codes[4]}).status_code == 302


def test_a_recovery_code_of_somebody_else_does_not(staff, manager):
    _, codes = door.enrol(manager)
    door.enrol(staff)
    browser = door.give_password(staff)
    assert browser.post(SECOND, {"second_factor": codes[0]}).status_code == 400


def test_the_wait_after_wrong_codes_grows(staff):
    door.enrol(staff)
    browser = door.give_password(staff)
    wrong = {"second_factor": door.wrong_code(staff)}
    assert browser.post(SECOND, wrong).status_code == 400
    refused = browser.post(SECOND, {"second_factor": door.app_code(staff)})
    assert refused.status_code == 429
    assert refused["Retry-After"] == "1"
    AuthenticatorApp.objects.update(throttling_failure_count=8)
    refused = browser.post(SECOND, {"second_factor": "abcd-efgh-jkmn-pqrs"})
    assert 120 < int(refused["Retry-After"]) <= 128
    assert "You can try again in 3 minutes" in refused.content.decode()


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(staff, wanted):
    door.enrol(staff)
    browser = door.give_password(staff, next=wanted)
    response = browser.post(
        SECOND, {"second_factor": door.app_code(staff)}, query_params={"next": wanted}
    )
    assert response["Location"] == "/leads/"


def test_a_wrong_password_an_unknown_name_and_a_customer_are_refused_alike(staff, alice):
    alice.set_password("a customer's")
    alice.save()
    answers = [
        sign_in(password="wrong").content,
        sign_in(username="nobody").content,
        sign_in(username=alice.username, password="a customer's").content,
    ]
    said = [b"This username and password do not belong to a staff account." in a for a in answers]
    assert said == [True, True, True]


def test_the_password_is_never_sent_back(staff):
    assert b"s3cret-w0rds" not in sign_in(password="s3cret-w0rds").content


def test_the_sixth_wrong_password_from_one_address_waits(staff):
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        assert sign_in(password="wrong").status_code == 400
    refused = sign_in()
    assert refused.status_code == 429
    assert (
        limits.PASSWORDS_OF_NAME_IN_NETWORK.seconds - 5
        <= int(refused["Retry-After"])
        <= limits.PASSWORDS_OF_NAME_IN_NETWORK.seconds
    )
    assert "You can try again in 15 minutes." in refused.content.decode()
    assert sign_in(username="SAM").status_code == 429
    assert sign_in(ip="203.0.113.9").status_code == 302


def test_the_wait_ends_and_further_guesses_do_not_extend_it(staff, travel):
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap + 5):
        sign_in(password="wrong")
    travel(limits.PASSWORDS_OF_NAME_IN_NETWORK.seconds)
    assert sign_in().status_code == 302


def test_the_right_password_starts_afresh(staff):
    for _ in range(3):
        for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap - 1):
            assert sign_in(password="wrong").status_code == 400
        assert sign_in().status_code == 302


def test_many_addresses_together_have_a_limit_for_one_name(staff):
    for number in range(limits.PASSWORDS_OF_NAME.cap):
        assert sign_in(ip=f"198.51.100.{number}", password="wrong").status_code == 400
    assert sign_in(ip="203.0.113.9").status_code == 429


def test_one_address_has_a_limit_for_all_names(staff):
    for number in range(limits.PASSWORDS_OF_NETWORK.cap):
        assert sign_in(username=f"name{number}").status_code == 400
    assert sign_in().status_code == 429


def test_a_forged_header_changes_no_address(staff, settings):
    for number in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        Client(headers={"X-Forwarded-For": f"203.0.113.{number}"}).post(
            LOGIN, SECRET_WORDS | {"password": "wrong"}
        )
    forged = Client(headers={"X-Forwarded-For": "203.0.113.99"})
    assert forged.post(LOGIN, SECRET_WORDS).status_code == 429


def test_neighbours_in_one_ipv6_network_share_the_limit(staff):
    for number in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        sign_in(ip=f"2001:db8:1:2::{number:x}", password="wrong")
    assert sign_in(ip="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(ip="2001:db8:1:3::1").status_code == 302


@pytest.mark.parametrize(
    ("guesser", "sam"),
    [
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8"),
        ("203.0.113.7:51724", "203.0.113.8:51724"),
        ("[2001:db8::1]:443", "[2001:db8:0:1::1]:443"),
    ],
)
def test_guesses_lock_nobody_else_out_however_the_proxy_writes_an_ip(staff, settings, guesser, sam):
    settings.TRUSTED_PROXY_COUNT = 1
    guess = SECRET_WORDS | {"password": "wrong"}
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        assert Client(headers={"X-Forwarded-For": guesser}).post(LOGIN, guess).status_code == 400
    assert Client(headers={"X-Forwarded-For": guesser}).post(LOGIN, guess).status_code == 429
    own = Client(headers={"X-Forwarded-For": sam}).post(LOGIN, SECRET_WORDS)
    assert own.status_code == 302


def test_what_was_typed_is_in_no_table_and_no_log(staff, caplog):
    with caplog.at_level(logging.DEBUG):
        for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap + 1):
            sign_in(username="my-password-by-mistake", password="hunter2-hunter2")
    kept = str(list(RateCounter.objects.values())) + caplog.text
    assert "my-password-by-mistake" not in kept
    assert "hunter2" not in kept
    assert "198.51.100.7" in caplog.text


def test_guesses_at_passwords_are_forgotten_with_the_other_counters(staff, travel):
    sign_in(username="nobody")
    travel(limits.PASSWORDS_OF_NAME.seconds)
    assert RateCounter.objects.long_over().count() == RateCounter.objects.count() == 3


def test_a_session_ends_after_an_hour_without_use(staff):
    browser, _ = door.enrol(staff)
    used_at = browser.session["staff_used_at"]
    change_cookie(browser, staff_used_at=used_at - 3590)
    assert is_in(browser)
    assert browser.session["staff_used_at"] >= used_at
    change_cookie(browser, staff_used_at=used_at - 3602)
    assert not is_in(browser)
    assert browser.get(SECOND)["Location"] == LOGIN


def test_a_desk_that_refreshes_itself_is_not_in_use(staff):
    browser, _ = door.enrol(staff)
    etag = browser.get("/leads/")["ETag"]
    long_ago = browser.session["staff_used_at"] - 3000
    change_cookie(browser, staff_used_at=long_ago)
    poll = {"HX-Request": "true", "If-None-Match": etag}
    assert browser.get("/leads/", headers=poll).status_code in (200, 304)
    assert browser.session["staff_used_at"] == long_ago
    change_cookie(browser, staff_used_at=long_ago - 700)
    assert browser.get("/leads/", headers=poll)["HX-Refresh"] == "true"


def test_a_session_ends_after_a_day_even_if_it_is_used(staff, travel):
    browser, _ = door.enrol(staff)
    travel(24 * 60 * 60 - 5)
    assert is_in(browser)
    travel(10)
    assert not is_in(browser)


def test_a_cookie_that_waived_the_second_factor_ends_when_it_is_wanted(staff, settings):
    settings.STAFF_REQUIRE_2FA = False
    browser = door.give_password(staff)
    assert is_in(browser)
    settings.STAFF_REQUIRE_2FA = True
    assert not is_in(browser)


def test_without_the_setting_whoever_has_a_second_factor_is_still_asked(staff, manager, settings):
    door.enrol(staff)
    settings.STAFF_REQUIRE_2FA = False
    assert not is_in(door.give_password(staff))
    browser = door.give_password(manager)
    assert is_in(browser)
    assert browser.get(CODES)["Location"] == ENROL


def test_a_session_opened_by_phone_never_becomes_staff_s(bob, browser_of, token_of, api):
    browser = browser_of(bob)
    token = token_of(bob)
    User.objects.filter(pk=bob.pk).update(
        username="ally", phone_number=None, is_verified=False, is_staff=True
    )
    assert not is_in(browser)
    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        assert browser.get("/leads/", headers=headers).status_code == 302
        assert browser.get("/django/admin/", headers=headers).status_code == 302
    assert browser.get(SECOND)["Location"] == LOGIN


def test_a_customer_who_signs_in_as_staff_leaves_the_first_session_behind(bob, staff, browser_of):
    browser = browser_of(bob)
    sign_in(browser)
    assert Session.objects.live().filter(user=bob).count() == 0
    assert BOB not in str(dict(browser.session))


def test_fresh_recovery_codes_replace_the_earlier_ones(staff):
    browser, earlier = door.enrol(staff)
    assert b"<strong>10</strong>" in browser.get(CODES).content
    response = browser.post(CODES, {"second_factor": door.app_code(staff), "renew": ""})
    assert len(response.context["codes"]) == 10
    assert "no-store" in response["Cache-Control"]
    door.another_moment(staff)
    other = door.give_password(staff)
    assert other.post(SECOND, {"second_factor": earlier[0]}).status_code == 400
    door.another_moment(staff)
    fresh = response.context["codes"][0]
    assert other.post(SECOND, {"second_factor": fresh}).status_code == 302


def test_nothing_changes_without_a_code(staff):
    browser, _ = door.enrol(staff)
    before = set(RecoveryCode.objects.values_list("code_hash"))
    for change in ("renew", "move"):
        door.another_moment(staff)
        response = browser.post(CODES, {"second_factor": door.wrong_code(staff), change: ""})
        assert response.status_code == 400
    assert set(RecoveryCode.objects.values_list("code_hash")) == before
    assert AuthenticatorApp.objects.count() == 1


def test_another_phone_takes_over_with_its_first_code_and_not_before(staff):
    browser, codes = door.enrol(staff)
    elsewhere = door.give_password(staff)
    elsewhere.post(SECOND, {"second_factor": door.app_code(staff)})
    first_key = door.app_of(staff).bin_key
    response = browser.post(CODES, {"second_factor": codes[0], "move": ""})
    assert response["Location"] == ENROL
    key = door.shown_key(browser.get(ENROL))
    assert key != first_key == door.app_of(staff).bin_key
    assert is_in(elsewhere)
    done = browser.post(ENROL, {"second_factor": door.code_of_key(key)})
    assert len(done.context["codes"]) == 10
    assert door.app_of(staff).bin_key == key
    assert AuthenticatorApp.objects.count() == 1
    assert is_in(browser)
    assert not is_in(elsewhere)


def test_nobody_reads_a_key_in_the_admin(manager):
    browser, _ = door.enrol(manager)
    device = AuthenticatorApp.objects.get()
    assert browser.get(f"/django/admin/otp_totp/totpdevice/{device.pk}/change/").status_code == 404
    assert browser.get("/django/admin/otp_totp/totpdevice/").status_code == 404

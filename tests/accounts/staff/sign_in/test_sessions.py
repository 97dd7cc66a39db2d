"""Staff stay in for a while, and nobody is staff by a session of another kind."""

from accounts.models import Session, User
from tests.accounts.staff import door
from tests.accounts.staff.door import CODES, ENROL, LOGIN, SECOND
from tests.accounts.staff.sign_in.steps import change_cookie, is_in, sign_in
from tests.cast import BOB


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

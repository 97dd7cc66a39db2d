"""What somebody with a stolen password can do to its owner before and during enrolment."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client

from accounts.models import (
    ApiToken,
    AuthenticatorApp,
    Enrolment,
    RecoveryCode,
    SecurityEvent,
    Session,
    User,
)
from accounts.models.enrolment import LIFETIME
from accounts.staff import enrolment, flows
from accounts.staff.errors import AlreadyEnrolled
from tests.accounts.staff import door
from tests.accounts.staff.door import CODES, ENROL, LOGIN, QR, SECOND

ANDROID = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0"}


@pytest.fixture(autouse=True)
def _second_factor_is_required(settings):
    settings.STAFF_REQUIRE_2FA = True


@pytest.fixture
def sam(staff):
    staff.email = "sam@loopin.example"
    staff.save()
    return staff


def is_in(browser):
    return browser.get("/leads/").status_code == 200


def guess(browser, code="123456"):
    return browser.post(ENROL, {"second_factor": code})


def expire_invitations():
    Enrolment.objects.update(expires_at=F("expires_at") - LIFETIME - timedelta(seconds=1))


def test_a_password_thief_before_the_first_sign_in_gets_no_key(sam):
    thief = door.give_password(sam)
    for path in (ENROL, QR):
        refused = thief.get(path)
        assert refused.status_code == 403
        assert "groups" not in refused.context
    assert guess(thief).status_code == 403
    assert not is_in(thief)
    assert not AuthenticatorApp.objects.exists()


def test_a_password_thief_gets_no_key_while_the_owner_enrols(sam):
    owner, thief = door.open_invitation(sam), door.give_password(sam)
    key = door.shown_key(owner.get(ENROL))
    for path in (ENROL, QR):
        assert thief.get(path).status_code == 403
    assert guess(thief, door.code_of_key(key)).status_code == 403
    assert not AuthenticatorApp.objects.exists()
    assert guess(owner, door.code_of_key(key)).status_code == 200
    assert is_in(owner)
    assert not is_in(thief)


def test_a_thief_with_password_and_link_sees_another_key_and_the_owner_s_stays_the_owner_s(sam):
    """The thief read one link and the owner another: the earlier, and what it began, ends."""
    thief = door.open_invitation(sam)
    stolen_key = door.shown_key(thief.get(ENROL))
    owner = door.open_invitation(sam)
    key = door.shown_key(owner.get(ENROL))
    assert key != stolen_key
    assert guess(thief, door.code_of_key(stolen_key)).status_code == 403
    assert guess(owner, door.code_of_key(stolen_key)).status_code == 400
    assert guess(owner, door.code_of_key(key)).status_code == 200
    assert door.app_of(sam).bin_key == key
    assert not is_in(thief)


def test_confirming_ends_every_other_session_enrolment_and_token(sam, settings, api):
    """Where nobody had to have a second factor, a thief may be in already."""
    settings.STAFF_REQUIRE_2FA = False
    thief = door.give_password(sam)
    token = ApiToken.objects.create_token(sam.pk, name="x", scopes=["leads:read"], days=90)
    assert is_in(thief)
    owner, _ = door.enrol(sam)
    assert not is_in(thief)
    assert api.get("/api/leads/", token=token).status_code == 401
    assert not Enrolment.objects.exists()
    assert Session.objects.live().filter(user=sam).count() == 1
    assert is_in(owner)


def test_the_owner_is_told_that_a_second_factor_was_added_and_where(sam):
    browser = Client(headers=ANDROID)
    browser.get(door.invitation_of(sam))
    door.give_password(sam, browser)
    guess(browser, door.code_of_key(door.shown_key(browser.get(ENROL))))
    [message] = mail.outbox
    assert message.to == ["sam@loopin.example"]
    assert "staff account sam, in Chrome on Android" in message.body
    event = SecurityEvent.objects.get(kind="second_factor_added")
    assert (event.user_id, str(event.session_id)) == (sam.pk, browser.session["sid"])


def test_a_used_invitation_opens_nothing_in_another_browser(sam):
    path = door.invitation_of(sam)
    owner = Client()
    owner.get(path)
    door.give_password(sam, owner).get(ENROL)
    thief = Client()
    assert thief.get(path).status_code == 410
    assert door.give_password(sam, thief).get(ENROL).status_code == 403
    assert owner.get(ENROL).status_code == 200


def test_of_two_browsers_that_opened_one_link_the_first_to_sign_in_has_it(sam):
    path = door.invitation_of(sam)
    first, second = Client(), Client()
    first.get(path)
    second.get(path)
    assert door.give_password(sam, first).get(ENROL).status_code == 200
    assert door.give_password(sam, second).get(ENROL).status_code == 403


def test_an_invitation_is_over_after_a_day(sam):
    path, opened = door.invitation_of(sam), Client()
    opened.get(path)
    expire_invitations()
    assert Client().get(path).status_code == 410
    assert door.give_password(sam, opened).get(ENROL).status_code == 403


def test_an_invitation_of_somebody_else_enrols_nobody(sam, colleague):
    """Sita has Sam's password and an invitation of her own."""
    path = door.invitation_of(colleague)
    sita = Client()
    sita.get(path)
    assert door.give_password(sam, sita).get(ENROL).status_code == 403
    assert not AuthenticatorApp.objects.exists()
    assert Client().get(path).status_code == 302  # still hers to use


def test_programs_that_preview_a_link_do_not_use_it_up(sam):
    path = door.invitation_of(sam)
    for method in ("get", "head", "get"):
        preview = getattr(Client(), method)(path)
        assert preview.status_code == 302
        assert preview["Referrer-Policy"] == "no-referrer"
        assert "no-store" in preview["Cache-Control"]
    assert Client().post(path).status_code == 405
    browser = Client()
    browser.get(path)
    assert door.give_password(sam, browser).get(ENROL).status_code == 200


def test_the_link_alone_opens_nothing(sam):
    browser = Client()
    browser.get(door.invitation_of(sam))
    assert browser.get(ENROL)["Location"] == LOGIN
    assert browser.get(QR)["Location"] == LOGIN
    assert not is_in(browser)


def test_the_token_is_in_no_log_no_table_and_no_cookie(sam, caplog):
    with caplog.at_level(logging.DEBUG):
        path = door.invitation_of(sam)
        token = path.rstrip("/").rpartition("/")[2]
        browser = Client()
        browser.get(path)
        Client().get(path.replace(token, token[::-1]))
    assert "/django/admin/invitation/[token]/" in caplog.text
    assert token not in caplog.text
    assert token[::-1] not in caplog.text
    assert token not in str(Enrolment.objects.values()) + str(dict(browser.session))


def test_enrolment_goes_on_in_the_session_that_began_it_and_only_there(sam):
    owner = door.open_invitation(sam)
    key = door.shown_key(owner.get(ENROL))
    again = door.give_password(sam, owner)  # signing in anew is another session
    assert again.get(ENROL).status_code == 403
    assert guess(again, door.code_of_key(key)).status_code == 403


def test_who_has_a_second_factor_is_invited_only_after_a_reset(sam):
    door.enrol(sam)
    with pytest.raises(AlreadyEnrolled):
        enrolment.invite(sam.pk)


def test_a_thief_in_an_open_browser_moves_the_second_factor_only_with_a_code(sam):
    browser, _ = door.enrol(sam)
    key = door.app_of(sam).bin_key
    moved = browser.post(CODES, {"second_factor": door.wrong_code(sam), "move": ""})
    assert moved.status_code == 400
    assert browser.get(ENROL)["Location"] == SECOND
    assert door.app_of(sam).bin_key == key


def test_a_reset_ends_an_enrolment_in_the_middle(sam):
    browser = door.open_invitation(sam)
    key = door.shown_key(browser.get(ENROL))
    flows.reset_second_factor(sam.pk)
    assert guess(browser, door.code_of_key(key))["Location"] == LOGIN
    assert not AuthenticatorApp.objects.exists()


def run(command, *args, **options):
    written = StringIO()
    call_command(command, *args, stdout=written, **options)
    return written.getvalue()


def link_in(text):
    return next(line for line in text.splitlines() if line.startswith("https://loopin.example"))


def test_creating_a_superuser_prints_the_first_invitation(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse")
    written = run("createsuperuser", username="olga", email="", interactive=False)
    olga = User.objects.get(username="olga")
    browser = Client()
    browser.get(link_in(written).removeprefix("https://loopin.example"))
    door.give_password(olga, browser)
    assert guess(browser, door.code_of_key(door.shown_key(browser.get(ENROL)))).status_code == 200
    assert is_in(browser)


def test_without_a_terminal_nobody_is_made_or_invited(sam):
    written = run("createsuperuser", stdin=StringIO())
    assert "not running in a TTY" in written
    assert "invitation" not in written


def test_the_host_s_shell_invites_whoever_is_locked_out(sam):
    lost, _ = door.enrol(sam)
    with pytest.raises(CommandError, match="Add --reset"):
        run("invite_staff", "sam")
    written = run("invite_staff", "sam", reset=True)
    assert not is_in(lost)
    assert not RecoveryCode.objects.exists()
    assert Client().get(link_in(written).removeprefix("https://loopin.example")).status_code == 302


def test_the_host_s_shell_invites_no_customer(alice):
    with pytest.raises(CommandError, match="no member of staff"):
        run("invite_staff", alice.username)


def test_invitations_are_forgotten_when_their_session_can_be_none(sam):
    door.invitation_of(sam)
    assert not Enrolment.objects.long_over().exists()
    expire_invitations()
    assert not Enrolment.objects.long_over().exists()
    expire_invitations()
    assert Enrolment.objects.long_over().count() == 1

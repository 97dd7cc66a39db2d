"""What a member of staff does at the door."""

from base64 import b32decode
from urllib.parse import urlsplit

from django.test import Client
from django_otp.oath import totp

from accounts.models import AuthenticatorApp, Enrolment
from accounts.staff import enrolment

LOGIN = "/django/admin/login/"
SECOND = "/django/admin/second-factor/"
ENROL = "/django/admin/second-factor/enrol/"
CODES = "/django/admin/second-factor/codes/"
QR = "/django/admin/second-factor/qr.svg"
PASSWORDS = {"mona": "battery staple"}
"""All others have the same one."""


def app_of(user) -> AuthenticatorApp:
    """The app that works, or else the one that is being set up."""
    working = AuthenticatorApp.objects.filter(user=user).first()
    return working or AuthenticatorApp(user=user, key=Enrolment.objects.get(user=user).key)


def app_code(user, *, steps=0) -> str:
    """What the authenticator app shows, `steps` half-minutes from now."""
    return code_of_key(app_of(user).bin_key, steps=steps)


def code_of_key(key: bytes, *, steps=0) -> str:
    return f"{totp(key, drift=steps):06d}"


def shown_key(page) -> bytes:
    """The key that a page of enrolment shows."""
    return b32decode("".join(page.context["groups"]))


def wrong_code(user) -> str:
    near = {app_code(user, steps=steps) for steps in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222") if code not in near)


def another_moment(user) -> None:
    """As if the last code, right or wrong, were long ago."""
    AuthenticatorApp.objects.filter(user=user).update(
        last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None
    )


def invitation_of(user) -> str:
    """The path of the link in a fresh invitation."""
    return urlsplit(enrolment.invite(user.pk)).path


def give_password(user, browser=None, **query) -> Client:
    browser = browser or Client()
    form = {"username": user.username, "password": PASSWORDS.get(user.username, "correct horse")}
    browser.post(LOGIN, form, query_params=query)
    return browser


def open_invitation(user) -> Client:
    """A browser in which somebody opened their invitation and gave their password."""
    browser = Client()
    browser.get(invitation_of(user))
    return give_password(user, browser)


def enrol(user) -> tuple[Client, list[str]]:
    """A browser of somebody who set up a second factor just now, and the recovery codes."""
    browser = open_invitation(user)
    browser.get(ENROL)
    response = browser.post(ENROL, {"second_factor": app_code(user)})
    another_moment(user)
    return browser, response.context["codes"]

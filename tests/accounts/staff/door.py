"""What a member of staff does at the door."""

from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

LOGIN = "/django/admin/login/"
SECOND = "/django/admin/second-factor/"
ENROL = "/django/admin/second-factor/enrol/"
CODES = "/django/admin/second-factor/codes/"
QR = "/django/admin/second-factor/qr.svg"
PASSWORDS = {"sam": "correct horse", "mona": "battery staple"}


def app_code(user, *, steps=0) -> str:
    """What the authenticator app shows, `steps` half-minutes from now."""
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, drift=steps):06d}"


def wrong_code(user) -> str:
    near = {app_code(user, steps=steps) for steps in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222") if code not in near)


def another_moment(user) -> None:
    """As if the last code, right or wrong, were long ago."""
    TOTPDevice.objects.filter(user=user).update(
        last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None
    )


def give_password(user, **query) -> Client:
    browser = Client()
    form = {"username": user.username, "password": PASSWORDS[user.username]}
    browser.post(LOGIN, form, query_params=query)
    return browser


def enrol(user) -> tuple[Client, list[str]]:
    """A browser of somebody who set up a second factor just now, and the recovery codes."""
    browser = give_password(user)
    browser.get(ENROL)
    response = browser.post(ENROL, {"second_factor": app_code(user)})
    another_moment(user)
    return browser, response.context["codes"]

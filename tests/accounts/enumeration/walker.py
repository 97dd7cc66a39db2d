"""Who asks about a number at every door, and the numbers that nobody has."""

from itertools import count

from django.test import Client

from accounts.models import Session, User
from accounts.sessions import access_tokens
from tests.accounts.conftest import ESHA, PASSWORD
from tests.cast import ALICE, BOB

UNKNOWN = {ALICE: "+919811100376", BOB: "+919811200210"}
"""Numbers of nobody, in other blocks."""


def token_for(user):
    session_id = Session.objects.start(user.pk)
    return access_tokens.issue(
        session_id=session_id, user_id=user.pk, phone_number=user.phone_number
    )


class Walker:
    """Somebody who asks about one number, from a network and with accounts of their own."""

    numbers = count(1)

    def __init__(self, api, number):
        self.api, self.number, self.place = api, number, next(self.numbers)
        self.ip = f"198.51.100.{self.place % 250}"
        self.browser = Client(REMOTE_ADDR=self.ip)
        self.calls = count(1)

    def post(self, path, body, token=None):
        return self.api.post(path, body, token=token, REMOTE_ADDR=self.ip)

    def registered(self):
        """A fresh account that has proven no number."""
        name = f"walker-{self.place}-{next(self.calls)}@example.com"
        return User.objects.create(username=name, email=name, claimed_phone_number="")

    def verified(self):
        own = f"+9198220{self.place:03d}{next(self.calls):02d}"
        return User.objects.create(username=own, phone_number=own, is_verified=True)

    # The API, by the operation

    def signup(self):
        return self.post("/api/auth/signup", {"phone_number": self.number})

    def login(self):
        return self.post("/api/auth/login", {"phone_number": self.number})

    def first_signup(self):
        return self.post("/auth/signup", {"phone_number": self.number})

    def first_login(self):
        return self.post("/auth/login", {"phone_number": self.number})

    def verify_otp(self):
        self.signup()
        return self.post("/api/auth/verify-otp", self._wrong("phone_number", "otp_code"))

    def verify_login(self):
        self.login()
        return self.post("/api/auth/verify-login", self._wrong("phone_number", "otp_code"))

    def change_phone(self):
        body, token = {"phone_number": self.number}, token_for(self.verified())
        return self.post("/api/auth/change-phone", body, token)

    def verify_change_phone(self):
        token = token_for(self.verified())
        self.post("/api/auth/change-phone", {"phone_number": self.number}, token)
        body = self._wrong("phone_number", "otp_code", digits=6)
        return self.post("/api/auth/verify-change-phone", body, token)

    def register(self):
        email = f"{self.place}-{next(self.calls)}@example.com"
        return self.post("/api/users/register/", ESHA | {"phone": self.number, "email": email})

    def send_phone_otp(self):
        return self.post("/api/users/send-phone-otp/", {"phone": self.number})

    def send_phone_otp_signed_in(self):
        token = token_for(self.registered())
        return self.post("/api/users/send-phone-otp/", {"phone": self.number}, token)

    def verify_phone_otp(self):
        self.send_phone_otp()
        return self.post("/api/users/verify-phone-otp/", self._wrong("phone", "otp", digits=6))

    def me(self):
        token = token_for(self.registered())
        body = {"phone": self.number}
        return self.api.patch("/api/users/me/", body, token=token, REMOTE_ADDR=self.ip)

    def password_reset(self):
        return self.post("/api/users/password-reset/", {"phone": self.number})

    def password_reset_confirm(self):
        self.password_reset()
        passwords = {"password": PASSWORD, "password_confirm": PASSWORD}
        body = self._wrong("phone", "otp", digits=6) | passwords
        return self.post("/api/users/password-reset/confirm/", body)

    def _wrong(self, number, code, digits=4):
        """No code is ever 0000: a wrong code of the right length, or nearly always."""
        return {number: self.number, code: "0" * digits}

    # The pages

    def page_signup(self):
        return self.browser.post("/signup/", {"phone_number": self.number}, follow=True)

    def page_login(self):
        return self.browser.post("/login/", {"phone_number": self.number}, follow=True)

    def page_resend(self):
        self.browser.post("/login/", {"phone_number": self.number})
        return self.browser.post("/verify/resend/", follow=True)

    def page_forgot_password(self):
        return self.browser.post("/password/forgot/", {"phone_number": self.number}, follow=True)

    def page_confirm_phone(self):
        return self._signed_in_page(self.registered(), "/profile/number/")

    def page_change_phone(self):
        return self._signed_in_page(self.verified(), "/profile/phone/")

    def _signed_in_page(self, user, path):
        browser = Client(REMOTE_ADDR=self.ip)
        browser.force_login(user)
        session = browser.session
        session["session_id"] = str(Session.objects.start(user.pk))
        session.save()
        return browser.post(path, {"phone_number": self.number}, follow=True)

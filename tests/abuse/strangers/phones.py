"""The owner's phone and a stranger's, and what strangers do to the owner with theirs."""

from accounts.sessions import known_devices
from tests.cast import ALICE
from tests.codes import wrong

DAY = 24 * 60 * 60
HEADER = known_devices.HEADER


class Phone:
    """An app on a phone: it keeps the device token that it was given, and sends it along."""

    def __init__(self, api, sms, ip):
        self.api, self.sms, self.ip = api, sms, ip
        self.device_token = ""

    def post(self, path, body, **extra):
        headers = {HEADER: self.device_token} if self.device_token else {}
        answer = self.api.post(path, body, REMOTE_ADDR=self.ip, headers=headers, **extra)
        data = answer.json()["data"] or {}
        self.device_token = data.get("device_token", self.device_token)
        return answer

    def ask(self, number=ALICE, verb="login"):
        return self.post(f"/api/auth/{verb}", {"phone_number": number})

    def type(self, otp_code, number=ALICE):
        return self.post("/api/auth/verify-login", {"phone_number": number, "otp_code": otp_code})

    def sign_in(self, number=ALICE, verb="login"):
        self.ask(number, verb)
        return self.type(self.sms.last_code(number), number)


def guess_wrongly(phone, sms, times=3, number=ALICE):
    """The guesser does not know the code; the test does, so that none is right by chance."""
    for _ in range(times):
        answer = phone.type(wrong(sms.last_code(number)), number)
        assert answer.json()["code"] in ("otp_invalid", "rate_limited"), answer.json()


def annoy(stranger, sms, travel, messages=3):
    """Three messages and nine wrong guesses."""
    for _ in range(messages):
        assert stranger.ask().status_code == 200
        guess_wrongly(stranger, sms)
        travel(301)

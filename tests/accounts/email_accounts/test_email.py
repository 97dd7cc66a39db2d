"""Codes by e-mail, through a real mail server."""

from email import message_from_bytes
from email.message import Message

import pytest
from aiosmtpd.controller import Controller

from accounts.models import GuessBudget, PhoneOTP
from tests.accounts.conftest import ESHA, refused, user
from tests.live import free_port


class Mailbox:
    """What aiosmtpd hands over, and how it answers."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  its name there
        if self.answer.startswith("250"):
            self.messages.append(message_from_bytes(envelope.content))
        return self.answer

    def last_code(self) -> str:
        return self.messages[-1].get_payload().split()[0]


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield box
    server.stop()


def test_a_code_of_six_digits_proves_the_address(users, esha, mailbox):
    sent = users.post("send-email-otp", token=esha)
    assert sent.json()["data"]["email"] == ESHA["email"]
    assert sent.json()["data"]["otp_length"] == 6
    [message] = mailbox.messages
    assert (message["To"], message["From"]) == (ESHA["email"], "Loopin <no-reply@localhost>")
    answer = users.post("verify-email-otp", {"otp": mailbox.last_code()}, esha)
    assert answer.json()["data"]["email_verified"] is True
    assert users.me(esha)["email_verified"] is True


def test_a_code_that_could_not_be_sent_leaves_all_as_it_was(users, esha, mailbox):
    mailbox.answer = "451 busy"
    assert refused(users.post("send-email-otp", token=esha)) == (503, "email_unavailable")
    assert not PhoneOTP.objects.filter(recipient=ESHA["email"]).exists()
    mailbox.answer = "250 OK"
    assert users.post("send-email-otp", token=esha).status_code == 200


def test_codes_by_e_mail_follow_the_rules_of_codes_by_phone(users, esha, mailbox):
    users.post("send-email-otp", token=esha)
    assert refused(users.post("send-email-otp", token=esha)) == (429, "resend_too_soon")
    wrong = {"otp": f"{(int(mailbox.last_code()) + 1) % 10**6:06d}"}
    for _ in range(3):
        users.post("verify-email-otp", wrong, esha)
    right = users.post("verify-email-otp", {"otp": mailbox.last_code()}, esha)
    assert refused(right) == (429, "otp_attempts_exceeded")
    assert GuessBudget.objects.of(ESHA["email"]).count() == GuessBudget.objects.count() == 1


def test_another_address_has_to_be_proven_again_and_the_old_one_is_told(api, users, esha, mailbox):
    users.post("send-email-otp", token=esha)
    users.post("verify-email-otp", {"otp": mailbox.last_code()}, esha)
    changed = api.patch("/api/users/me/", {"email": "new@example.com"}, token=esha).json()["data"]
    assert (changed["email"], changed["email_verified"]) == ("new@example.com", False)
    assert mailbox.messages[-1]["To"] == ESHA["email"]


def test_a_code_of_the_old_address_does_not_prove_the_next(api, users, esha, mailbox):
    users.post("send-email-otp", token=esha)
    api.patch("/api/users/me/", {"email": "new@example.com"}, token=esha)
    code = mailbox.messages[0].get_payload().split()[0]
    answer = users.post("verify-email-otp", {"otp": code}, esha)
    assert refused(answer) == (400, "otp_not_found")


def test_an_account_without_an_e_mail_address_gets_an_error(users, alice, token_of):
    alice.email = ""
    alice.save()
    answer = users.post("send-email-otp", token=token_of(alice))
    assert refused(answer) == (409, "email_missing")


def test_who_has_proven_no_number_deletes_the_account_by_e_mail(api, users, esha, mailbox):
    assert api.post("/api/auth/account/delete-code", token=esha).status_code == 200
    body = {"otp_code": mailbox.last_code()}
    assert api.request("DELETE", "/api/auth/account", body, token=esha).status_code == 200
    assert users.log_in().status_code == 401


def test_the_export_contains_the_claimed_number(api, users, esha):
    held = api.get("/api/auth/export", token=esha).json()["data"]
    assert held["user"]["claimed_phone_number"] == ESHA["phone"]
    assert held["user"]["is_email_verified"] is False


def test_without_a_mail_server_production_says_that_it_cannot_send(users, esha, settings):
    settings.IS_PRODUCTION = True
    assert refused(users.post("send-email-otp", token=esha)) == (503, "email_unavailable")
    assert user().is_email_verified is False

"""Examines the mail server: it is greeted, and logged in to, and gets no message."""

from collections.abc import Iterator
from smtplib import SMTPAuthenticationError, SMTPException

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.mail import get_connection

from loopin.doctor.registry import examination


@examination("email")
def mail_server_takes_us() -> Iterator[CheckMessage]:
    if not settings.EMAIL_HOST:
        return
    mail = get_connection()
    try:
        mail.open()
    except SMTPAuthenticationError:
        yield _refused("it refuses EMAIL_HOST_USER or EMAIL_HOST_PASSWORD")
    except (OSError, SMTPException) as error:
        yield _refused(f"no connection ({type(error).__name__})")
    else:
        mail.close()


def _refused(reason: str) -> Error:
    return Error(
        f"No e-mail can be sent: {reason}.",
        hint="Check EMAIL_HOST, EMAIL_PORT, EMAIL_SECURITY and the log-in.",
        id="loopin.E150",
    )

"""Messages that are handed over at once, as a test wants them: what hinders one is raised."""

from accounts.messaging import delivery, email, outcomes
from accounts.messaging.channels import Channel
from accounts.messaging.outcomes import Outcome


def send_code(phone_number: str, otp_code: str, *, channel: Channel = Channel.SMS) -> Outcome:
    """A code to sign in."""
    return _told(
        delivery.hand_over_code(phone_number, otp_code, purpose="sign_in", channel=channel)
    )


def mail_code(recipient: str, otp_code: str) -> Outcome:
    return _told(email.hand_over_code(recipient, otp_code))


def _told(outcome: Outcome) -> Outcome:
    outcomes.tell(outcome)
    if outcome.error is not None:
        raise outcome.error
    return outcome

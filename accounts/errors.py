"""What can go wrong when people sign in. The contract fixes the words of most."""

from loopin.errors import LoopinError, ValidationFailed


class WrongCode(LoopinError):
    code = "otp_invalid"
    field = "otp_code"

    def __init__(self, attempts_remaining: int = 2) -> None:
        super().__init__(f"Invalid OTP. {attempts_remaining} attempts remaining")


class CodeExpired(LoopinError):
    code = "otp_expired"
    field = "otp_code"
    message = "OTP has expired"


class CodeNotFound(LoopinError):
    code = "otp_not_found"
    field = "otp_code"
    message = "No OTP found for this phone number. Please request a new OTP."


class AttemptsExceeded(LoopinError):
    """Every guess of this code is used up. `retry_after`: seconds until a new code may be sent."""

    status = 429
    code = "otp_attempts_exceeded"
    field = "otp_code"
    message = "Too many attempts. Please request a new OTP."

    def __init__(self, retry_after: int = 30) -> None:
        self.retry_after = retry_after
        super().__init__()


class ResendTooSoon(LoopinError):
    """A code was sent moments ago. `retry_after`: seconds until another may be."""

    status = 429
    code = "resend_too_soon"
    field = "phone_number"
    message = "We just sent you a code. You can ask for another in 30 seconds."

    def __init__(self, retry_after: int = 30) -> None:
        self.retry_after = retry_after
        unit = "second" if retry_after == 1 else "seconds"
        super().__init__(
            f"We just sent you a code. You can ask for another in {retry_after} {unit}."
        )


class UserExists(LoopinError):
    status = 409
    code = "user_exists"
    field = "phone_number"
    message = "User already exists. Please login instead."


class PhoneTaken(LoopinError):
    status = 409
    code = "phone_taken"
    field = "phone_number"
    message = "This number belongs to an account already."


class OldCodeRequired(LoopinError):
    status = 403
    code = "old_code_required"
    field = "old_otp_code"
    message = "It is a while since you signed in. Ask for codes again, and enter both."


class UserNotFound(LoopinError):
    status = 404
    code = "user_not_found"
    field = "phone_number"
    message = "User not found. Please signup first."


class AccountInactive(LoopinError):
    status = 403
    code = "account_inactive"
    message = "This account is deactivated. Please contact support."


class PhoneMismatch(LoopinError):
    status = 403
    code = "phone_mismatch"
    message = "This is not the phone number you signed in with. Leave it out or send your own."


class ProfileNotFound(LoopinError):
    status = 404
    code = "profile_not_found"
    message = "You have no profile yet. Please complete your profile first."


class SessionNotFound(LoopinError):
    status = 404
    code = "session_not_found"
    message = "This device is not signed in any more."


class NotAuthenticated(LoopinError):
    status = 401
    code = "not_authenticated"
    message = "Please sign in. Send the token as 'Authorization: Bearer <token>'."
    headers = {"WWW-Authenticate": "Bearer"}


class InvalidToken(NotAuthenticated):
    code = "invalid_token"
    message = "This token is not valid any more. Please sign in again."
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class TokenExpired(InvalidToken):
    code = "token_expired"
    message = "This token has expired. Please sign in again."


class NumberRefused(ValidationFailed):
    """The SMS provider says that nothing can ever be delivered to this number."""

    field = "phone_number"
    reason = "undeliverable"

    def __init__(self) -> None:
        message = "We cannot send a message to this number. Please use another mobile number."
        super().__init__([{"field": self.field, "code": self.reason, "message": message}])
        self.message = message


class SmsUnavailable(LoopinError):
    """The SMS provider does not answer, refuses us, or too many requests wait for it."""

    status = 503
    code = reason = "sms_unavailable"
    field = "phone_number"
    message = "We cannot send messages just now. Please try again in a minute."
    retry_after = 60

from typing import ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.idempotency.keys import HEADER, MIN_LENGTH
from loopin.errors import LoopinError, ValidationFailed


class _KeyRefused(ValidationFailed):
    """`reason`: what is wrong, among `errors`."""

    reason: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.field_codes = (cls.reason,)

    def __init__(self) -> None:
        words = str(self.message)
        super().__init__([{"field": HEADER, "code": self.reason, "message": words}], words)


class IdempotencyKeyInvalid(_KeyRefused):
    code = "idempotency_key_invalid"
    reason = "invalid"
    advice = "Mend the client: the header has to be like this."

    def __init__(self) -> None:
        self.message = gettext(
            "Send a random text of at least %(count)s characters as Idempotency-Key, such as a UUID"
            " in quotes."
        ) % {"count": MIN_LENGTH}
        super().__init__()


class IdempotencyKeyReused(_KeyRefused):
    """The key came with another body before."""

    code = "idempotency_key_reused"
    reason = "reused"
    advice = "Mend the client: make a fresh key for each thing that is to be done."
    message = _("This Idempotency-Key came with another request before. Send a fresh one.")


class IdempotencyInProgress(LoopinError):
    """The first request with this key has not been answered yet."""

    status = 409
    code = "idempotency_in_progress"
    advice = "Send the same request again after `retry_after` seconds."
    message = _("We are still working on this request. Please try again in a moment.")
    retry_after = 5

"""What an `Idempotency-Key` is refused with."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.idempotency.keys import HEADER, MIN_LENGTH
from loopin.errors import FieldRefused, LoopinError


class IdempotencyKeyInvalid(FieldRefused):
    code = "idempotency_key_invalid"
    reason = "invalid"
    field = HEADER
    advice = "Mend the client: the header has to be like this."

    def __init__(self) -> None:
        message = gettext(
            "Send a random text of at least %(count)s characters as Idempotency-Key, such as a UUID"
            " in quotes."
        )
        super().__init__(message % {"count": MIN_LENGTH})


class IdempotencyKeyReused(FieldRefused):
    """The key came with another body before."""

    code = "idempotency_key_reused"
    reason = "reused"
    field = HEADER
    advice = "Mend the client: make a fresh key for each thing that is to be done."

    def __init__(self) -> None:
        super().__init__(
            gettext("This Idempotency-Key came with another request before. Send a fresh one.")
        )


class IdempotencyInProgress(LoopinError):
    """The first request with this key has not been answered yet."""

    status = 409
    code = "idempotency_in_progress"
    advice = "Send the same request again after `retry_after` seconds."
    message = _("We are still working on this request. Please try again in a moment.")
    retry_after = 5

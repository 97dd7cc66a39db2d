"""The base class of all errors, and the errors that every app shares."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

Flow = TypeVar("Flow", bound=Callable[..., Any])

MEBIBYTE = 1024 * 1024


class LoopinError(Exception):
    """An error with everything that its answer needs, as JSON for the API or as a page.

    `code` is what programs branch on, `message` what the API says, `page_message` what a page says
    in its place, `status` the HTTP status, and `field` the input it is about, if there is one.
    `advice` says to the author of a client what to do next, in English and Markdown: it stands in
    docs/errors.md. `details` are what it adds to the envelope. `has_other_ways`: whether its page
    says what else one can do, because waiting or another try may not help.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str]
    message: StrOrPromise
    advice: ClassVar[str] = ""
    page_message: StrOrPromise = ""
    field: str | None = None
    retry_after: int | None = None
    headers: ClassVar[dict[str, str]] = {}
    details: Mapping[str, Any] = MappingProxyType({})
    has_other_ways: ClassVar[bool] = False

    def __init__(
        self, message: StrOrPromise | None = None, *, page_message: StrOrPromise = ""
    ) -> None:
        """The messages are translated at once, into the language of the request."""
        self.message = str(self.message if message is None else message)
        self.page_message = str(page_message or self.page_message or self.message)
        super().__init__(self.message)

    def rename_fields(self, names: Mapping[str, str]) -> None:
        """Call fields as the request did that is answered; `names`: by the names of the flow."""
        if self.field is not None:
            self.field = names.get(self.field, self.field)


class InvalidJSON(LoopinError):
    code = "invalid_json"
    advice = "Mend the client: send a JSON object."
    message = _("The request body is not valid JSON.")
    page_message = _("We could not read that. Go back, and try again.")


class NotFound(LoopinError):
    status = 404
    code = "not_found"
    advice = "Mend the client: compare the address with the list of operations."
    message = _("There is nothing at this address.")


class MethodNotAllowed(LoopinError):
    status = 405
    code = "method_not_allowed"
    advice = "Mend the client."
    message = _("This address does not support that method. The Allow header lists those it does.")
    page_message = _("This address cannot be opened like that. Go back, and try again.")


class BodyTooLarge(LoopinError):
    """`max_bytes`: how large the body may be, in whole mebibytes."""

    status = 413
    code = "body_too_large"
    advice = "Send less."
    message = _("The request body is too large. Send at most %(limit)s MiB.")
    page_message = _("That is too much at once. Send at most %(limit)s MiB.")

    def __init__(self, max_bytes: int = MEBIBYTE) -> None:
        words = {"limit": max_bytes // MEBIBYTE}
        super().__init__(self.message % words, page_message=self.page_message % words)


class UnsupportedMediaType(LoopinError):
    status = 415
    code = "unsupported_media_type"
    advice = "Mend the client: set the header `Content-Type`."
    message = _("Send the body as application/json.")
    page_message = _("We could not read that. Go back, and try again.")


class EncodingNotSupported(LoopinError):
    """The body is compressed. The header says what is taken instead (RFC 9110 §15.5.16)."""

    status = 415
    code = "encoding_not_supported"
    advice = "Mend the client: leave `Content-Encoding` out."
    message = _(
        "Send the body as it is: compressed bodies are not read. Leave Content-Encoding out."
    )
    page_message = _("We could not read that. Go back, and try again.")
    headers: ClassVar[dict[str, str]] = {"Accept-Encoding": "identity"}


class AppTooOld(LoopinError):
    """The app says that it is older than `MINIMUM_APP_VERSION`."""

    status = 426
    code = "app_too_old"
    message = _("This version of the app is too old. Please update it, and try again.")
    advice = "Show the message, and lead to the store. Nothing else works until then."


class BadRequest(LoopinError):
    code = "bad_request"
    advice = "Mend the client."
    message = _("The request could not be understood.")
    page_message = _("We could not understand that. Go back, and try again.")


class Forbidden(LoopinError):
    status = 403
    code = "forbidden"
    advice = "Show the message."
    message = _("You may not do that.")


class ServerError(LoopinError):
    status = 500
    code = "server_error"
    advice = (
        "Let the person try again. If it stays, tell the site the `X-Request-ID` of the answer."
    )
    message = _("Something went wrong on our side. Please try again in a moment.")


class DatabaseUnavailable(LoopinError):
    status = 503
    code = "database_unavailable"
    advice = "Send the same again after `retry_after` seconds."
    message = _("We cannot reach our database just now. Please try again in a moment.")
    retry_after = 5


OF_EVERY_ADDRESS = (BadRequest, BodyTooLarge, MethodNotAllowed, NotFound, ServerError)
"""What is answered to requests that reach no operation."""


class ValidationFailed(LoopinError):
    """One or more fields break a rule; `errors` names each: field, code, message.

    `field_codes`: the codes that a kind of this error gives fields, besides those of their rules.
    """

    status = 422
    code = "validation_error"
    advice = (
        "Show each of `errors` beside its field; [their codes](#fields) say which rule is broken."
    )
    field_codes: ClassVar[tuple[str, ...]] = ()
    message: StrOrPromise = _("Please check the fields and try again.")

    def __init__(self, errors: list[dict[str, Any]], message: StrOrPromise | None = None) -> None:
        self.errors = errors
        super().__init__(message)

    def rename_fields(self, names: Mapping[str, str]) -> None:
        super().rename_fields(names)
        self.errors = [
            one | {"field": names.get(one["field"], one["field"])} for one in self.errors
        ]

    @classmethod
    def from_rule(cls, field: str, error: ValidationError) -> Self:
        """Make the error of a field from everything that its rule found."""
        found = [(one.code or "invalid", one.messages[0]) for one in error.error_list]
        return cls([{"field": field, "code": code, "message": words} for code, words in found])


class FieldRefused(ValidationFailed):
    """One field breaks a rule that only a flow can check. `reason`: its code among `errors`."""

    reason: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.field_codes = (cls.reason,)

    def __init__(self, message: StrOrPromise, *, field: str | None = None) -> None:
        """`field`: which one, if the class does not say so for all."""
        self.field = field or self.field
        refused = {"field": self.field, "code": self.reason, "message": str(message)}
        super().__init__([refused], message)


def raises(*sources: Any, without: tuple[type[LoopinError], ...] = ()) -> Callable[[Flow], Flow]:
    """`@raises(WrongCode, codes.send)`: what a flow can raise.

    Functions stand for what they declare themselves, except `without`: what cannot happen here.
    The API's description is made of these declarations, and a test compares them with the code.
    """

    def declare(flow: Flow) -> Flow:
        found = errors_of(*sources)
        vars(flow)["raises"] = tuple(error for error in found if error not in without)
        vars(flow)["cannot_raise"] = without
        return flow

    return declare


def errors_of(*sources: Any) -> tuple[type[LoopinError], ...]:
    """The error classes among the sources, and those that the functions among them declare."""
    found: list[type[LoopinError]] = []
    for source in sources:
        found += [source] if isinstance(source, type) else source.raises
    return tuple(dict.fromkeys(found))

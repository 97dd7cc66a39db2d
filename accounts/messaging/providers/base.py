"""The interface of an SMS provider, with its errors and delivery reports."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest

from accounts.messaging.channels import Channel


class UndeliveredReason(StrEnum):
    """Why a message did not arrive, for staff who read the person's timeline."""

    UNSUBSCRIBED = "unsubscribed"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    UNKNOWN_NUMBER = "unknown_number"
    LANDLINE = "landline"
    FILTERED = "filtered"
    NOT_DELIVERED = "not_delivered"
    """For every other reason, and if the provider gives none."""


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """The final state of a message or call. `reason` is None if it was delivered."""

    phone_number: str
    channel: Channel
    reason: UndeliveredReason | None = None


class Refusal(Exception):
    """The provider answered that it does not take a message.

    `detail`: its status and error code for the log with what to do, without number and text.
    `is_final`: whether it can never deliver anything to this number. `is_of_account`: whether it
    refuses the site's account, and so every message. `code`: its error code, if it is one of those
    that the module of the provider explains, else "other"; "" for none.
    """

    def __init__(
        self, detail: str, *, is_final: bool, is_of_account: bool = False, code: str = ""
    ) -> None:
        super().__init__(detail)
        self.is_final = is_final
        self.is_of_account = is_of_account
        self.code = code


class Provider(ABC):
    """A provider of messages and calls to phones.

    Each module of this package has a subclass named `SmsProvider`; `SMS_PROVIDER` names the module.
    The two sending methods return by which id the provider knows the message, "" if it names none.
    They raise Refusal if the provider refuses the message. Any other exception means that the
    message was not sent. Both are called in threads that have no connection to the database.
    """

    is_remote = True
    """Whether sending waits for another machine, in the threads of the dispatcher."""

    @abstractmethod
    def send_code(
        self, phone_number: str, otp_code: str, *, channel: Channel, report_url: str
    ) -> str:
        """Send a code, and ask for a delivery report at `report_url` unless that is empty."""

    @abstractmethod
    def send_text(self, phone_number: str, text: str) -> str:
        """Send an SMS without a code."""

    @abstractmethod
    def missing_settings(self) -> list[str]:
        """The names of the required settings that are not set."""

    @abstractmethod
    def find_troubles(self) -> list[str]:
        """What keeps messages from going out, each with what to do; empty if nothing is known.

        It asks the provider and sends nothing. Raises Refusal if the provider refuses us, and
        whatever else its client does if it does not answer.
        """

    @abstractmethod
    def is_signed(self, request: HttpRequest, *, url: str) -> bool:
        """Whether a delivery report is the provider's own.

        `url`: the address it was posted to as the provider knows it. A proxy may have changed that
        of the request.
        """

    @abstractmethod
    def read_report(self, request: HttpRequest) -> DeliveryReport | None:
        """Read a delivery report; None while the message is still on its way."""

"""What became of a message that was handed to a provider: known where no database is at hand, and
noted where one is."""

from dataclasses import dataclass

from accounts.messaging import outages
from accounts.messaging.errors import EmailUnavailable, NumberRefused, SmsUnavailable
from accounts.models.message import MessageState
from accounts.models.message_outage import OutageChannel, OutageKind


@dataclass(frozen=True)
class Trouble:
    """Why a message did not leave, where that is the site's to mend. `detail`: in English, without
    a number."""

    kind: OutageKind
    detail: str


@dataclass(frozen=True)
class Outcome:
    """`error`: None if the message was accepted. `provider_id`: by which the
    provider knows the message, "" if it named none. `is_watched`: whether it says anything about
    outages, which no message says that stays here."""

    channel: OutageChannel
    provider_id: str = ""
    error: NumberRefused | SmsUnavailable | EmailUnavailable | None = None
    trouble: Trouble | None = None
    is_watched: bool = True

    @property
    def state(self) -> MessageState:
        if self.error is None:
            return MessageState.ACCEPTED
        is_refused = isinstance(self.error, NumberRefused)
        return MessageState.REFUSED if is_refused else MessageState.FAILED


def tell(outcome: Outcome) -> None:
    """Count it for or against an outage, which may take a statement."""
    if outcome.trouble is not None:
        outages.note_failure(outcome.channel, outcome.trouble.kind, outcome.trouble.detail)
    elif outcome.error is None and outcome.is_watched:
        outages.note_success(outcome.channel)

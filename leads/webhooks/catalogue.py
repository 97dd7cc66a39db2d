"""What the description of the API says of webhooks: the messages, their headers, and what answers
mean."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import translation

from leads.models.webhook_endpoint import ROTATION
from leads.models.webhook_types import DELIVERY_CHOICES
from leads.webhooks.delivery import WAITS_SECONDS
from leads.webhooks.messages import MESSAGE_TYPES
from loopin.web.openapi_webhooks import Header, Webhook

HEADERS = (
    Header(
        "webhook-id",
        "The same each time the message is sent: skip those that you have.",
        "string",
        "msg_345",
    ),
    Header(
        "webhook-timestamp",
        "Of this attempt, in seconds since 1970: refuse it when it is more than five minutes away.",
        "integer",
        1772357400,
    ),
    Header(
        "webhook-signature",
        "`v1,` and the HMAC-SHA256 in base64 of `ID.TIMESTAMP.BODY`, keyed with the bytes that"
        " stand in base64 behind `whsec_`. For"
        f" {ROTATION // timedelta(hours=1)} hours after a change of the secret there are two, with"
        " a space between.",
        "string",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
)
"""Standard Webhooks 1.0.0."""

ANSWERS = {
    "2XX": "It has arrived; the body of the answer is not read. Anything else is a failure, and the"
    f" message is sent again, up to {len(WAITS_SECONDS) + 1} times in three to four days.",
    "410": "Nothing more is to be sent: the endpoint is switched off.",
}


def described_webhooks() -> Iterator[Webhook]:
    """Every message that is sent, in English, whoever's request made it be written."""
    labels = {str(name): label for name, label in DELIVERY_CHOICES}
    with translation.override("en"):
        for message in MESSAGE_TYPES:
            description = f"Sent when {message.when}."
            yield Webhook(str(message.name), str(labels[message.name]), description, message.body)

"""The messages as the description of the API lists them."""

from collections.abc import Iterator

from django.utils import translation

from leads.models.webhook_types import DELIVERY_CHOICES
from leads.webhooks.messages import MESSAGE_TYPES
from loopin.web.openapi_webhooks import Webhook


def described_webhooks() -> Iterator[Webhook]:
    """Every message that is sent, in English, whoever's request made it be written."""
    labels = {str(name): label for name, label in DELIVERY_CHOICES}
    with translation.override("en"):
        for message in MESSAGE_TYPES:
            description = f"Sent when {message.when}."
            yield Webhook(str(message.name), str(labels[message.name]), description, message.body)

"""Messages as their receiver takes them."""

from standardwebhooks import Webhook

from leads.webhooks import signing


def verified(endpoint, message, secret=None):
    """The message, if one of its signatures is right and its time is that of the sending."""
    receiving = Webhook(secret or signing.secret_of(endpoint.seed))
    return receiving.verify(message.body, message.headers)

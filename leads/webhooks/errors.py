"""What can go wrong with managing webhooks."""

from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError


class WebhookNotFound(LoopinError):
    """Also one of somebody else, so that nobody learns whether it exists."""

    status = 404
    code = "webhook_not_found"
    message = _("There is no such webhook endpoint.")
    advice = "Read the list again."


class DeliveryNotFound(LoopinError):
    status = 404
    code = "delivery_not_found"
    message = _("This endpoint has no such delivery.")
    advice = "Read the list of deliveries again."


class TooManyWebhooks(LoopinError):
    status = 409
    code = "too_many_webhooks"
    message = _("This account has as many webhook endpoints as it may have. Delete one first.")
    advice = "Delete an endpoint that is not used."

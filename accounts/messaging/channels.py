"""The channels by which a code can reach a phone: SMS, WhatsApp, or a call."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loopin.rules import choices, described


class Channel(models.TextChoices):
    SMS = "sms", gettext_lazy("By SMS")
    WHATSAPP = "whatsapp", gettext_lazy("By WhatsApp")
    CALL = "call", gettext_lazy("By a call")


@described("channel_unavailable", limits=choices(Channel))
def enabled(value: str) -> Channel:
    """The channel of this name, if `OTP_CHANNELS` has it; raises ValidationError otherwise."""
    if value not in settings.OTP_CHANNELS:
        raise ValidationError(
            _("We cannot send codes this way. Please choose another."), code="channel_unavailable"
        )
    return Channel(value)

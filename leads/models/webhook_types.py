"""What webhooks can tell, and from which table each type comes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.person_event import PersonEventKind
from leads.models.lead_event import EventKind


class LeadEventType(models.TextChoices):
    """What is told of leads, from their timeline."""

    CREATED = "lead.created", _("Somebody asked for a code, or was imported")
    STALLED = "lead.stalled", _("A sign-up came to a halt")
    VERIFIED = "lead.verified", _("A number was verified")


TYPES_BY_KIND = {
    EventKind.STALLED: LeadEventType.STALLED,
    EventKind.PHONE_VERIFIED: LeadEventType.VERIFIED,
    EventKind.VERIFIED_BY_HAND: LeadEventType.VERIFIED,
}
"""By the kind of the event. `lead.created` is the first event of a lead, whatever its kind; events
of people are told under their own kinds."""

TEST = "webhook.test"
"""Sent on request alone, so no endpoint chooses it."""

CHOICES = [*LeadEventType.choices, *PersonEventKind.choices]
"""What an endpoint may choose."""

EVENT_TYPES = [str(value) for value, _label in CHOICES]
DELIVERY_CHOICES = [*CHOICES, (TEST, _("A test message"))]

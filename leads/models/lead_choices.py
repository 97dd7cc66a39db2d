"""The choices of a lead's columns. Which status may follow which stands in `lead_status`."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from loopin.rules import called


@called("LeadSource")
class Source(models.TextChoices):
    API = "api", pgettext_lazy("source", "App")
    WEB = "web", pgettext_lazy("source", "Web")
    IMPORT = "import", pgettext_lazy("source", "Import")
    EMAIL = "email", pgettext_lazy("source", "E-mail")


@called("LeadStatus")
class Status(models.TextChoices):
    """The state of the work on a lead, which staff set."""

    NEW = "new", _("New")
    CONTACTED = "contacted", _("Contacted")
    FOLLOW_UP = "follow_up", _("Follow-up")
    CONVERTED = "converted", _("Converted")
    LOST = "lost", _("Lost")
    DO_NOT_CONTACT = "do_not_contact", _("Do not contact")


GIVEN_UP = [Status.LOST.value, Status.DO_NOT_CONTACT.value]
"""Nobody will call these leads: they have no follow-up and do not stall."""


@called("LeadStage")
class Stage(models.TextChoices):
    """How far the person came, derived from what happened."""

    REQUESTED = "requested", _("Code requested")
    DELIVERED = "delivered", _("Code delivered")
    ATTEMPTED = "attempted", _("Code tried")
    VERIFIED = "verified", _("Verified")
    COMPLETED = "completed", _("Profile complete")


class Trouble(models.TextChoices):
    """What stopped somebody who has not verified: the last thing that went wrong."""

    NOT_DELIVERED = "not_delivered", _("Code not delivered")
    WRONG_CODE = "wrong_code", _("Wrong code")
    EXPIRED = "expired", _("Code expired")
    RATE_LIMITED = "rate_limited", _("Too many requests")
    BLOCKED = "blocked", _("Blocked")


NO_ATTEMPT = "no_attempt"
DROP_OFFS: dict[str, StrOrPromise] = {**dict(Trouble.choices), NO_ATTEMPT: _("No code typed")}

"""How far an import can be, and how long it may stay so."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

CONFIRMATION_TIME = timedelta(hours=1)
"""How long a file waits for its columns to be chosen, and then for its confirmation."""

UNDO_TIME = timedelta(hours=24)
"""How long a confirmed import can be undone, and its refused rows be downloaded."""


class ImportState(models.TextChoices):
    MATCHING = "matching", _("Columns to be chosen")
    READING = "reading", _("Being read")
    WAITING = "waiting", _("To be confirmed")
    WRITING = "writing", _("Being imported")
    DONE = "done", _("Imported")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


WORKING = [ImportState.READING, ImportState.WRITING, ImportState.UNDOING]
"""A process has something to do; in all other states a person has, or nobody."""

from django.db import models
from django.db.models.functions import Now

MAX_NOTE_LENGTH = 2000


class LeadNote(models.Model):
    """A note of staff. It has a table of its own, because it is deleted with its person, which
    events are not. `event`: the event of the timeline that it belongs to."""

    lead = models.ForeignKey("leads.Lead", models.CASCADE, related_name="notes")
    event = models.OneToOneField("leads.LeadEvent", models.CASCADE, related_name="note")
    text = models.TextField(max_length=MAX_NOTE_LENGTH)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"Note {self.pk}"

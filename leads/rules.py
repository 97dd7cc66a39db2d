"""What a member of staff may write about a lead: plain functions that return the clean value."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from leads.models.lead_note import MAX_NOTE_LENGTH

LATEST_FOLLOW_UP = timedelta(days=366)


def note(value: str) -> str:
    """At most 2000 characters, without blanks around them; may be empty."""
    text = value.strip()
    if len(text) > MAX_NOTE_LENGTH:
        raise ValidationError(f"Write at most {MAX_NOTE_LENGTH} characters.", code="too_long")
    if "\0" in text:
        raise ValidationError("Write plain text.", code="invalid")
    return text


def required_note(value: str) -> str:
    """The same, with something in it."""
    text = note(value)
    if not text:
        raise ValidationError("Write something.", code="required")
    return text


def follow_up_at(value: datetime) -> datetime:
    """With its offset, from a minute ago to a year ahead."""
    if value.tzinfo is None:
        raise ValidationError("Say in which time zone: end with Z or +05:30.", code="no_time_zone")
    now = timezone.now()
    if not now - timedelta(minutes=1) <= value <= now + LATEST_FOLLOW_UP:
        raise ValidationError("Choose a time within the next year.", code="out_of_range")
    return value

"""The periodic tasks of accounts, how long its rows are kept, and which files belong to them."""

from django.conf import settings

from accounts.messaging import lost_messages, notices
from accounts.models import (
    Enrolment,
    GuessBudget,
    IdempotencyKey,
    Message,
    MessageOutage,
    PendingNotice,
    PendingNumber,
    PersonEvent,
    PhoneOTP,
    Picture,
    ProfileDraft,
    RateCounter,
    SecurityEvent,
    Session,
)
from accounts.pictures import flows as pictures
from loopin.background import periodic, retention
from loopin.backup import media
from loopin.partitions import tables

media.register(Picture.objects.file_names)

periodic.register("notices", notices.deliver_due, every_seconds=10)
periodic.register("messages", lost_messages.give_up, every_seconds=10)
periodic.register("pictures", pictures.clear_left_over, every_seconds=60)
periodic.register("sweep", retention.sweep, every_seconds=60)

retention.register("codes", PhoneOTP.objects.long_over, is_swept=True)
retention.register("messages", Message.objects.past_retention, is_swept=True)
retention.register("pending numbers", PendingNumber.objects.past_retention, is_swept=True)
retention.register("notices", PendingNotice.objects.past_retention, is_swept=True)
retention.register("outages of messages", MessageOutage.objects.long_over)
retention.register("enrolments", Enrolment.objects.long_over)
retention.register("sessions", Session.objects.long_over)
retention.register("rate counters", RateCounter.objects.long_over, is_swept=True)
retention.register("guesses", GuessBudget.objects.long_over)
retention.register("idempotency keys", IdempotencyKey.objects.past_retention, is_swept=True)
retention.register("profile drafts", ProfileDraft.objects.past_retention)
retention.register("security events", SecurityEvent.objects.past_retention)
retention.register("events of people", PersonEvent.objects.past_retention)

tables.register(
    "accounts_securityevent", retention_days=lambda: settings.SECURITY_EVENT_RETENTION_DAYS
)

"""What accounts keeps only for a time."""

from accounts.models import GuessBudget, PhoneOTP, ProfileDraft, RateCounter, SecurityEvent, Session
from loopin import purge

purge.register("codes", PhoneOTP.objects.long_over)
purge.register("sessions", Session.objects.long_over)
purge.register("rate counters", RateCounter.objects.long_over)
purge.register("guesses", GuessBudget.objects.long_over)
purge.register("profile drafts", ProfileDraft.objects.past_retention)
purge.register("security events", SecurityEvent.objects.past_retention)

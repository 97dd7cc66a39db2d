"""What accounts keeps only for a time."""

from accounts.models import PhoneOTP, SecurityEvent, Session
from loopin import purge

purge.register("codes", PhoneOTP.objects.long_over)
purge.register("sessions", Session.objects.long_over)
purge.register("security events", SecurityEvent.objects.past_retention)

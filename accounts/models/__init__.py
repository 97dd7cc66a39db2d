from accounts.models.phone_otp import PhoneOTP
from accounts.models.security_event import SecurityEvent
from accounts.models.session import Session
from accounts.models.user import User
from accounts.models.user_profile import UserProfile

__all__ = ["PhoneOTP", "SecurityEvent", "Session", "User", "UserProfile"]

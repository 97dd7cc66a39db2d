from accounts.models.guess_budget import GuessBudget
from accounts.models.phone_otp import PhoneOTP
from accounts.models.rate_counter import RateCounter
from accounts.models.session import Session
from accounts.models.user import User
from accounts.models.user_profile import UserProfile

__all__ = ["GuessBudget", "PhoneOTP", "RateCounter", "Session", "User", "UserProfile"]

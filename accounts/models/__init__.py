"""The tables of accounts and the changes of their rows; other values are defined beside their
flow."""

from accounts.models.api_token import ApiToken
from accounts.models.authenticator_app import AuthenticatorApp
from accounts.models.enrolment import Enrolment
from accounts.models.guess_budget import GuessBudget
from accounts.models.idempotency_key import IdempotencyKey
from accounts.models.message import Message
from accounts.models.message_outage import MessageOutage
from accounts.models.pending_notice import PendingNotice
from accounts.models.pending_number import PendingNumber
from accounts.models.person_event import PersonEvent
from accounts.models.phone_otp import PhoneOTP
from accounts.models.picture import Picture
from accounts.models.profile_draft import ProfileDraft
from accounts.models.rate_counter import RateCounter
from accounts.models.recovery_code import RecoveryCode
from accounts.models.security_event import SecurityEvent
from accounts.models.service_account import ServiceAccount, ServiceAccountKey
from accounts.models.session import Session
from accounts.models.user import User
from accounts.models.user_profile import UserProfile

__all__ = [
    "ApiToken",
    "AuthenticatorApp",
    "Enrolment",
    "GuessBudget",
    "IdempotencyKey",
    "Message",
    "MessageOutage",
    "PendingNotice",
    "PendingNumber",
    "PersonEvent",
    "PhoneOTP",
    "Picture",
    "ProfileDraft",
    "RateCounter",
    "RecoveryCode",
    "SecurityEvent",
    "ServiceAccount",
    "ServiceAccountKey",
    "Session",
    "User",
    "UserProfile",
]

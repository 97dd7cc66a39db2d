"""What the law gives people: everything held on them, and being forgotten."""

from typing import Any

from django.db import transaction

from accounts import signals
from accounts.errors import CodeNotFound
from accounts.flows import codes
from accounts.flows.codes import CodeSent
from accounts.models import PhoneOTP, SecurityEvent, Session, User, UserProfile
from accounts.models.challenge import Challenge
from accounts.models.phone_otp import Purpose
from accounts.models.security_event import Kind

ABOUT_USER = ("id", "phone_number", "email", "first_name", "last_name", "is_verified", "is_active")
ABOUT_SESSION = ("id", "device", "ip_address", "created_at", "last_used_at", "expires_at")
ABOUT_CODE = ("purpose", "attempts", "is_verified", "sent_at", "expires_at", "consumed_at")


def request_delete_code(phone_number: str, *, client_ip: str) -> CodeSent:
    """Send the code that deletes the account of this number; raises what `codes.send` does."""
    return codes.send(phone_number, Purpose.DELETE_ACCOUNT, client_ip=client_ip)


def delete(user_id: int, phone_number: str, otp_code: str, *, client_ip: str) -> None:
    """Forget the person: what is left of the account says nothing about anybody.

    The number is free for a new account, and every session is over.

    Raises what `codes.prove` does.
    """
    challenge = codes.prove(phone_number, Purpose.DELETE_ACCOUNT, otp_code, client_ip=client_ip)
    if not _forget(user_id, challenge):
        raise CodeNotFound


@transaction.atomic
def _forget(user_id: int, challenge: Challenge) -> bool:
    if not challenge.consume():
        return False
    user = User.objects.select_for_update().get(pk=user_id)
    if user.phone_number != challenge.phone_number:
        return False
    PhoneOTP.objects.filter(phone_number=challenge.phone_number).delete()
    Session.objects.filter(user=user).delete()
    UserProfile.objects.filter(pk=user_id).delete()
    user.anonymise()
    signals.account_deleted.send(User, user_id=user_id, phone_number=challenge.phone_number)
    return True


def export(user_id: int) -> dict[str, Any]:
    """Everything held on a person, by its kind; hashes of codes and tokens are not among it."""
    SecurityEvent.objects.record(Kind.EXPORTED, user_id=user_id)
    user = User.objects.values(*ABOUT_USER, "date_joined").get(pk=user_id)
    held = {
        "user": user,
        "profile": UserProfile.objects.shown(user_id),
        "sessions": list(
            Session.objects.filter(user_id=user_id)
            .order_by("created_at")
            .values(*ABOUT_SESSION, "revoked_at", "refreshed_at")
        ),
        "codes": list(
            PhoneOTP.objects.filter(phone_number=user["phone_number"]).values(*ABOUT_CODE)
        ),
    }
    answers: list[tuple[Any, Any]] = signals.export_asked.send(User, user_id=user_id)
    for _, parts in answers:
        held |= parts
    return held

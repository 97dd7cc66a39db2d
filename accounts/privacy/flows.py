"""Exports all data of a person, and deletes their account, as the law entitles them to."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import limits, signals
from accounts.codes import flows as codes
from accounts.codes.challenge import Challenge
from accounts.codes.flows import CodeSent
from accounts.codes.request import CodeRequest
from accounts.errors import CodeNotFound
from accounts.models import (
    GuessBudget,
    Message,
    PendingNotice,
    PendingNumber,
    PersonEvent,
    PhoneOTP,
    Picture,
    ProfileDraft,
    RateCounter,
    SecurityEvent,
    Session,
    User,
    UserProfile,
)
from accounts.models.phone_otp import Purpose
from accounts.models.security_event import Kind
from accounts.pictures import gallery
from accounts.sessions.user_agent import Device
from loopin.errors import Forbidden, raises

ABOUT_USER = (
    *("id", "phone_number", "claimed_phone_number", "email", "first_name", "last_name"),
    *("is_verified", "is_email_verified", "is_active", "date_joined"),
    "notice_version",
)
ABOUT_SESSION = (
    "id",
    "device",
    "device_name",
    "ip_address",
    "created_at",
    "last_used_at",
    "expires_at",
)
ABOUT_NOTICE = ("kind", "recipient", "created_at")
ABOUT_EVENT = ("kind", "data", "created_at")
ABOUT_CODE = ("purpose", "attempts", "is_verified", "sent_at", "expires_at", "consumed_at")
ABOUT_MESSAGE = ("purpose", "channel", "state", "created_at")

ABOUT_USERS = Q(content_type__app_label="accounts", content_type__model="user")
"""The lines of the admin's log in which an account is called by its number."""


@raises(Forbidden)
def recipient_of(user: User) -> str:
    """Where the code that deletes the account goes. Forbidden if there is no such place."""
    if user.recipient is None:
        raise Forbidden
    return user.recipient


@raises(codes.send)
def request_delete_code(recipient: str, code_request: CodeRequest) -> CodeSent:
    """Send the code that deletes the account of this number, or of this e-mail address where no
    number is proven."""
    return codes.send(recipient, Purpose.DELETE_ACCOUNT, code_request)


@raises(codes.prove)
def delete(user_id: int, recipient: str, otp_code: str, device: Device) -> None:
    """Delete the account of a person who typed the right code, and anonymise its row.

    Every session ends, and the number is free for a new account.
    """
    challenge = codes.prove(recipient, Purpose.DELETE_ACCOUNT, otp_code, device)
    if not _forget_proven(user_id, challenge):
        raise CodeNotFound


@transaction.atomic
def _forget_proven(user_id: int, challenge: Challenge) -> bool:
    return challenge.consume() and _forget(user_id, challenge.recipient)


@transaction.atomic
def forget(user_id: int) -> bool:
    """Delete the account of a person without a code. The caller decides who may do that.

    False if there is nothing left to delete. Accounts of staff are not deleted this way.
    """
    return _forget(user_id)


def _forget(user_id: int, expected_recipient: str | None = None) -> bool:
    """`expected_recipient`: the recipient of the code, because the account may have changed
    since."""
    user = User.objects.select_for_update().filter(pk=user_id, is_staff=False).first()
    if user is None or user.is_forgotten:
        return False
    phone_number = user.phone_number
    if expected_recipient not in (None, phone_number, user.email.lower()):
        return False
    _forget_codes(user)
    PendingNumber.objects.filter(phone_number=phone_number or "").delete()
    LogEntry.objects.filter(ABOUT_USERS, object_id=str(user_id)).update(object_repr="")
    PendingNotice.objects.filter(user=user).delete()
    Session.objects.filter(user=user).delete()
    UserProfile.objects.filter(pk=user_id).delete()
    ProfileDraft.objects.filter(pk=user_id).delete()
    gallery.discard_all(user_id)
    claimed = {"claimed_phone_number": user.claimed_phone_number, "email": user.email}
    user.anonymise()
    signals.account_deleted.send(User, user_id=user_id, phone_number=phone_number, **claimed)
    return True


def _forget_codes(user: User) -> None:
    """Delete the codes that were sent to the person. Of a number that is merely claimed, those that
    would have proven it: others may be its owner's."""
    theirs = Q(recipient__in=[user.phone_number or "", user.email.lower()])
    claimed = Q(recipient=user.claimed_phone_number, purpose=Purpose.VERIFY_PHONE)
    _delete_codes(PhoneOTP.objects.filter(theirs | claimed))


def _delete_codes(codes_of_person: QuerySet[PhoneOTP]) -> None:
    """With their messages, which only the row of a code connects with a person."""
    Message.objects.about(codes_of_person).delete()
    codes_of_person.delete()


@transaction.atomic
def forget_number(phone_number: str) -> bool:
    """Remove what is stored for a number that asked for codes and never created an account.

    An account that merely claims the number loses the claim, and stays: it may be somebody else's.
    False, and nothing is removed, if the number has an account: `forget` deletes that. The counters
    of an account's number expire instead, so that deleting the account does not reset its limits.
    """
    if User.objects.filter(phone_number=phone_number).exists():
        return False
    User.objects.filter(claimed_phone_number=phone_number).update(claimed_phone_number="")
    _delete_codes(PhoneOTP.objects.filter(recipient=phone_number))
    PendingNumber.objects.filter(phone_number=phone_number).delete()
    GuessBudget.objects.of(phone_number).delete()
    RateCounter.objects.filter(pk__in=limits.keys_of(phone_number)).delete()
    return True


def _recipients(user: dict[str, Any]) -> list[str]:
    return [user["phone_number"] or "", user["email"].lower()]


def export(user_id: int) -> dict[str, Any]:
    """All data of a person by its kind, without the hashes of codes and tokens."""
    SecurityEvent.objects.record(Kind.EXPORTED, user_id=user_id)
    user = User.objects.values(*ABOUT_USER).get(pk=user_id)
    theirs = PhoneOTP.objects.filter(recipient__in=_recipients(user))
    exported = {
        "user": user,
        "profile": UserProfile.objects.as_json(user_id),
        "profile_draft": ProfileDraft.objects.get_answers(user_id),
        "pictures": [_about_picture(one) for one in gallery.list_pictures(user_id)],
        "sessions": list(
            Session.objects.filter(user_id=user_id)
            .order_by("created_at")
            .values(*ABOUT_SESSION, "revoked_at", "refreshed_at")
        ),
        "notices": list(PendingNotice.objects.filter(user_id=user_id).values(*ABOUT_NOTICE)),
        "events": list(
            PersonEvent.objects.filter(user_id=user_id).order_by("pk").values(*ABOUT_EVENT)
        ),
        "service_readings": SecurityEvent.objects.readings_of(user_id),
        "codes": list(theirs.values(*ABOUT_CODE)),
        "messages": list(Message.objects.about(theirs).order_by("pk").values(*ABOUT_MESSAGE)),
    }
    answers: list[tuple[Any, Any]] = signals.export_requested.send(User, user_id=user_id)
    for _, parts in answers:
        exported |= parts
    return exported


def _about_picture(picture: Picture) -> dict[str, Any]:
    return {
        "url": picture.full_url,
        "width": picture.width,
        "height": picture.height,
        "is_avatar": picture.is_avatar,
        "source_hash": picture.source_hash,
        "created_at": picture.created_at,
    }

"""What the endpoints ask of the database; each call runs in the thread of the ORM."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.utils import timezone

from people.models import EventInterest, PhoneOTP, UserProfile

PROFILE_FIELDS = (
    *("id", "name", "email", "phone_number", "bio", "location", "birth_date", "avatar"),
    *("is_verified", "is_active"),
)


@sync_to_async
def find_user(phone_number: str) -> User | None:
    return User.objects.filter(username=phone_number).first()


@sync_to_async
def find_profile(user: User) -> UserProfile | None:
    return UserProfile.objects.filter(user=user).first()


@sync_to_async
def issue_code(phone_number: str) -> str:
    new = {"otp_code": "0000", "expires_at": timezone.now()}
    challenge, _ = PhoneOTP.objects.get_or_create(phone_number=phone_number, defaults=new)
    challenge.generate()
    challenge.save()
    return challenge.otp_code


@sync_to_async
def find_code(phone_number: str) -> PhoneOTP | None:
    return PhoneOTP.objects.filter(phone_number=phone_number).first()


@sync_to_async
def save(challenge: PhoneOTP) -> None:
    challenge.save()


@sync_to_async
def get_or_create_user(phone_number: str) -> User:
    return User.objects.get_or_create(username=phone_number, defaults={"is_active": True})[0]


@sync_to_async
def get_or_create_profile(user: User) -> UserProfile:
    new = {"phone_number": user.username, "is_verified": True}
    return UserProfile.objects.get_or_create(user=user, defaults=new)[0]


@sync_to_async
def profile_of(user_id: int) -> dict[str, Any]:
    profile = UserProfile.objects.get(user=User.objects.get(id=user_id))
    return {name: getattr(profile, name) for name in PROFILE_FIELDS} | {
        "created_at": profile.created_at.isoformat(),
        "updated_at": profile.updated_at.isoformat(),
    }


@sync_to_async
def interests() -> list[dict[str, Any]]:
    found = EventInterest.objects.filter(is_active=True)
    return [{"id": one.id, "name": one.name, "description": one.description} for one in found]

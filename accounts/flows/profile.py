"""Completing a profile, which makes a person a customer, and changing it."""

from typing import Any

from django.db import transaction
from django.dispatch import Signal

from accounts import signals
from accounts.errors import AccountInactive, ProfileNotFound
from accounts.models import ProfileDraft, User, UserProfile

OPTIONAL_FIELDS = ("email", "bio", "location", "avatar")


@transaction.atomic
def complete(user_id: int, fields: dict[str, Any]) -> None:
    """Write the whole profile from clean fields; a second time replaces the first. A draft of it is
    over.

    `fields`: name, birth_date, gender, event_interests (ids), profile_pictures (URLs), and
    optionally email, bio, location and avatar.
    """
    user = locked(user_id)
    known = UserProfile.objects.filter(pk=user_id).first()
    profile = known or UserProfile(user=user)
    _write(profile, dict.fromkeys(OPTIONAL_FIELDS) | fields)
    ProfileDraft.objects.filter(pk=user_id).delete()
    signal = signals.profile_completed if known is None else signals.profile_changed
    _announce(signal, profile)


@transaction.atomic
def change(user_id: int, fields: dict[str, Any]) -> None:
    """Write some clean fields of a profile; None or "" empties an optional one.

    Raises ProfileNotFound while there is no profile.
    """
    user = locked(user_id)
    profile = UserProfile.objects.filter(pk=user_id).first()
    if profile is None:
        raise ProfileNotFound
    profile.user = user
    _write(profile, fields)
    _announce(signals.profile_changed, profile)


def _announce(signal: Signal, profile: UserProfile) -> None:
    user = profile.user
    about = {"user_id": user.pk, "name": profile.name, "email": user.email}
    signal.send(UserProfile, phone_number=user.phone_number, **about)


def locked(user_id: int) -> User:
    """Every change of a profile waits here first, so that the second sees what the first wrote.

    The lock leaves the key free: a session of the same user may begin meanwhile.

    Raises AccountInactive, of somebody who was forgotten a moment ago, too: nothing more is kept.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if not user.is_active:
        raise AccountInactive
    return user


def _write(profile: UserProfile, fields: dict[str, Any]) -> None:
    own = {
        name: value for name, value in fields.items() if name not in ("event_interests", "email")
    }
    for name, value in own.items():
        setattr(profile, name, value or "")
    profile.save()
    if "event_interests" in fields:
        profile.event_interests.set(fields["event_interests"])
    if "email" in fields:
        profile.user.email = fields["email"] or ""
        profile.user.save(update_fields=["email"])

"""Completing a profile, which makes a person a customer, and changing it."""

from typing import Any

from django.db import transaction
from django.dispatch import Signal

from accounts import signals
from accounts.errors import ProfileNotFound
from accounts.flows import passwords
from accounts.models import User, UserProfile
from accounts.password_errors import PhoneNotVerified

OPTIONAL_FIELDS = ("email", "bio", "location", "avatar")


@transaction.atomic
def complete(user_id: int, fields: dict[str, Any]) -> None:
    """Write the whole profile from clean fields; a second time replaces the first.

    `fields`: name, birth_date, gender, event_interests (ids), profile_pictures (URLs), and
    optionally email, bio, location and avatar.

    Raises PhoneNotVerified for accounts whose number is only claimed, or that have none.
    """
    user = _locked(user_id)
    if user.phone_number is None:
        raise PhoneNotVerified
    known = UserProfile.objects.filter(pk=user_id).first()
    profile = known or UserProfile(user=user)
    _write(profile, dict.fromkeys(OPTIONAL_FIELDS) | fields)
    signal = signals.profile_completed if known is None else signals.profile_changed
    _announce(signal, profile)


@transaction.atomic
def change(user_id: int, fields: dict[str, Any]) -> None:
    """Write some clean fields of a profile; None or "" empties an optional one.

    Raises ProfileNotFound while there is no profile.
    """
    user = _locked(user_id)
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


def _locked(user_id: int) -> User:
    """Every change of a profile waits here first, so that the second sees what the first wrote.

    The lock leaves the key free: a session of the same user may begin meanwhile.
    """
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


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
        profile.user.change_email(fields["email"] or "")
        passwords.save(profile.user)

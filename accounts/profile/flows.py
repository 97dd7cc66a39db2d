"""Completing a profile, which makes a person a customer, and changing it."""

from typing import Any

from django.db import transaction
from django.dispatch import Signal

from accounts import limits, signals
from accounts.errors import PhoneNotVerified
from accounts.messaging import funnel
from accounts.models import ProfileDraft, User, UserProfile
from accounts.passwords import flows as passwords
from accounts.pictures import gallery
from accounts.profile.email_change import change_email
from accounts.profile.fields import FIELDS
from loopin.errors import raises


@raises(
    limits.spend,
    User.objects.get_locked,
    PhoneNotVerified,
    gallery.change,
    change_email,
    passwords.save,
)
def complete(user_id: int, fields: dict[str, Any]) -> None:
    """Save the whole profile as `save_complete` does; see there. E-mail addresses are counted,
    because one that is taken tells that it has an account."""
    count_claim(user_id, fields)
    save_complete(user_id, fields)


@raises(limits.spend)
def count_claim(user_id: int, fields: dict[str, Any]) -> None:
    """Count an e-mail address among the fields. Run it outside any transaction, so that it counts
    although the address is refused."""
    if fields.get("email"):
        limits.spend([limits.CLAIMS_OF_ACCOUNT.limit_for(user_id)])


@raises(User.objects.get_locked, PhoneNotVerified, gallery.change, change_email, passwords.save)
@transaction.atomic
def save_complete(user_id: int, fields: dict[str, Any]) -> None:
    """Save the whole profile from clean fields, and delete its draft.

    Completing a complete profile replaces it. On the first time, optional fields that are left out
    stay as they are known from the draft and the account.

    `fields`: name, birth_date, gender, event_interests (ids), and optionally email, bio, location,
    profile_pictures (URLs) and avatar (a URL). Without pictures the gallery stays as it is, avatar
    included. Accounts without a proven number are refused.
    """
    user = User.objects.get_locked(user_id)
    if user.phone_number is None:
        raise PhoneNotVerified
    existing = UserProfile.objects.filter(pk=user_id).first()
    profile = existing or UserProfile(user=user)
    pictures = {"profile_pictures": None} | (
        {"avatar": ""} if fields.get("profile_pictures") else {}
    )
    known = ProfileDraft.objects.take(user_id) | {"email": user.email} if existing is None else {}
    left_out = {field.name: known.get(field.name) for field in FIELDS if not field.is_required}
    _save_fields(profile, left_out | pictures | fields)
    signal = signals.profile_completed if existing is None else signals.profile_changed
    _announce(signal, profile)
    if existing is None:
        funnel.count_completed(user.phone_number)


@raises(gallery.change, change_email, passwords.save)
def change(profile: UserProfile, fields: dict[str, Any]) -> None:
    """Write some clean fields of a complete profile; None or "" empties an optional one.

    The caller has locked the profile's user, and counted an e-mail address.
    """
    _save_fields(profile, fields)
    _announce(signals.profile_changed, profile)


def _announce(signal: Signal, profile: UserProfile) -> None:
    user = profile.user
    about = {"user_id": user.pk, "name": profile.name, "email": user.email}
    signal.send(UserProfile, phone_number=user.phone_number, **about)


def _save_fields(profile: UserProfile, fields: dict[str, Any]) -> None:
    _update_gallery(profile, fields)
    for field in FIELDS:
        if field.is_column and field.name in fields:
            setattr(profile, field.name, fields[field.name] or "")
    profile.save()
    if "event_interests" in fields:
        profile.event_interests.set(fields["event_interests"])
    if "email" in fields:
        change_email(profile.user, fields["email"] or "")
        passwords.save(profile.user, "email", "is_email_verified")


def _update_gallery(profile: UserProfile, fields: dict[str, Any]) -> None:
    if not fields.keys() & {"profile_pictures", "avatar"}:
        return
    avatar = (fields["avatar"] or "") if "avatar" in fields else None
    outside = gallery.change(profile.user_id, urls=fields.get("profile_pictures"), avatar=avatar)
    profile.avatar = profile.avatar if outside is None else outside

"""The API for the profile."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router

from accounts.models import UserProfile
from accounts.models.session import Caller
from accounts.profile import drafts, flows, schemas
from accounts.profile.errors import PhoneMismatch
from accounts.sessions.bearer_auth import BearerToken, Request
from loopin.web.http import json_response, success
from loopin.web.openapi import documented
from loopin.web.schemas import Envelope

router = Router(tags=["Profile"])

PROFILE_COMPLETED = _("Profile completed successfully")
PROFILE_CHANGED = _("Profile updated successfully")


@router.post(
    "/complete-profile",
    **documented(
        "Complete the profile",
        flows.complete,
        PhoneMismatch,
        auth=BearerToken(),
        answer=Envelope[schemas.CompletedProfileOut],
        message=PROFILE_COMPLETED,
        body=schemas.ProfileIn,
    ),
)
def complete_profile(request: Request, body: schemas.ProfileIn) -> HttpResponse:
    """Saves the whole profile, or nothing: every broken rule is listed in `errors`."""
    flows.complete(request.auth.user_id, own_fields(request.auth, body))
    return success(PROFILE_COMPLETED, profile_data(request.auth.user_id))


@router.get(
    "/profile",
    **documented("Read the profile", auth=BearerToken(), answer=schemas.ProfileOut),
)
def read_profile(request: Request) -> HttpResponse:
    """Answers the bare profile object, without the envelope.

    Before the profile is complete, it has what is known so far; the rest is null or empty, and
    `needs_profile_completion` is true.
    """
    return json_response(_profile_as_json(request.auth.user_id))


@router.patch(
    "/profile",
    **documented(
        "Change parts of the profile",
        drafts.change,
        PhoneMismatch,
        auth=BearerToken(),
        answer=Envelope[schemas.CompletedProfileOut],
        message=PROFILE_CHANGED,
        body=schemas.ProfileIn,
    ),
)
def change_profile(request: Request, body: schemas.ProfileChanges) -> HttpResponse:
    """Changes the fields that are sent, under the rules of `/complete-profile`.

    `null` empties an optional field. What is changed before the profile is complete is kept and
    shown, and does not complete it: `/complete-profile` does.
    """
    drafts.change(request.auth.user_id, own_fields(request.auth, body))
    return success(PROFILE_CHANGED, profile_data(request.auth.user_id))


def own_fields(caller: Caller, body: Any) -> dict[str, Any]:
    """The fields that were sent; a phone number among them has to be the caller's."""
    fields: dict[str, Any] = body.dict(exclude_unset=True)
    if fields.pop("phone_number", None) not in (None, caller.phone_number):
        raise PhoneMismatch
    return fields


def _profile_as_json(user_id: int) -> dict[str, Any]:
    profiles = UserProfile.objects
    return profiles.as_json(user_id) or profiles.known_so_far(user_id)


def profile_data(user_id: int) -> dict[str, Any]:
    """The profile with the two names that version 1 gave its id."""
    return {"user_id": user_id, "profile_id": user_id, **_profile_as_json(user_id)}

"""The API for the profile."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router

from accounts import errors
from accounts.models import UserProfile
from accounts.models.session import Caller
from accounts.profile import flows, schemas
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
        errors.PhoneMismatch,
        errors.ProfileNotFound,
        auth=BearerToken(),
        answer=Envelope[schemas.CompletedProfileOut],
        message=PROFILE_COMPLETED,
        body=schemas.ProfileIn,
    ),
)
def complete_profile(request: Request, body: schemas.ProfileIn) -> HttpResponse:
    """Saves the whole profile, or nothing: every broken rule is listed in `errors`."""
    flows.complete(request.auth.user_id, _own_fields(request.auth, body))
    return success(PROFILE_COMPLETED, _profile_data(request.auth.user_id))


@router.get(
    "/profile",
    **documented(
        "Read the profile", errors.ProfileNotFound, auth=BearerToken(), answer=schemas.ProfileOut
    ),
)
def read_profile(request: Request) -> HttpResponse:
    """Answers the bare profile object, without the envelope."""
    return json_response(_profile_as_json(request.auth.user_id))


@router.patch(
    "/profile",
    **documented(
        "Change parts of the profile",
        flows.change,
        errors.PhoneMismatch,
        auth=BearerToken(),
        answer=Envelope[schemas.CompletedProfileOut],
        message=PROFILE_CHANGED,
        body=schemas.ProfileIn,
    ),
)
def change_profile(request: Request, body: schemas.ProfileChanges) -> HttpResponse:
    """Changes the fields that are sent, under the rules of `/complete-profile`.

    `null` empties an optional field.
    """
    flows.change(request.auth.user_id, _own_fields(request.auth, body))
    return success(PROFILE_CHANGED, _profile_data(request.auth.user_id))


def _own_fields(caller: Caller, body: Any) -> dict[str, Any]:
    """The fields that were sent; a phone number among them has to be the caller's."""
    fields: dict[str, Any] = body.dict(exclude_unset=True)
    if fields.pop("phone_number", None) not in (None, caller.phone_number):
        raise errors.PhoneMismatch
    return fields


def _profile_as_json(user_id: int) -> dict[str, Any]:
    profile = UserProfile.objects.as_json(user_id)
    if profile is None:
        raise errors.ProfileNotFound
    return profile


def _profile_data(user_id: int) -> dict[str, Any]:
    return {"user_id": user_id, "profile_id": user_id, **_profile_as_json(user_id)}

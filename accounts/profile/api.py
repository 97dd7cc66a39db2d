"""The API's door to the profile."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router

from accounts import errors
from accounts.models import UserProfile
from accounts.models.session import Caller
from accounts.profile import flows, schemas
from accounts.sessions.bearer_auth import SIGNED_IN, BearerToken, Request
from loopin.web.http import json_response, success
from loopin.web.schemas import BAD_BODY, Envelope, documented

router = Router(tags=["Profile"])

PROFILE_COMPLETED = _("Profile completed successfully")


PROFILE_CHANGED = _("Profile updated successfully")


@router.post(
    "/complete-profile",
    auth=BearerToken(),
    **documented(
        "Complete the profile",
        *SIGNED_IN,
        errors.PhoneMismatch,
        errors.PhoneNotVerified,
        errors.EmailTaken,
        *BAD_BODY,
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
    auth=BearerToken(),
    **documented("Read the profile", *SIGNED_IN, errors.ProfileNotFound, answer=schemas.ProfileOut),
)
def read_profile(request: Request) -> HttpResponse:
    """Answers the bare profile object, without the envelope."""
    return json_response(_shown(request.auth.user_id))


@router.patch(
    "/profile",
    auth=BearerToken(),
    **documented(
        "Change parts of the profile",
        *SIGNED_IN,
        errors.PhoneMismatch,
        errors.ProfileNotFound,
        errors.EmailTaken,
        *BAD_BODY,
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


def _shown(user_id: int) -> dict[str, Any]:
    shown = UserProfile.objects.shown(user_id)
    if shown is None:
        raise errors.ProfileNotFound
    return shown


def _profile_data(user_id: int) -> dict[str, Any]:
    return {"user_id": user_id, "profile_id": user_id, **_shown(user_id)}

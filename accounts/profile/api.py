"""The API for the profile."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router

from accounts.models import UserProfile
from accounts.models.session import Caller
from accounts.models.user_profile import CallerWithProfile, read_json
from accounts.profile import drafts, flows, schemas
from accounts.profile.errors import PhoneMismatch
from accounts.sessions.bearer_auth import BearerToken, Request
from interests.words import are_as_stored
from loopin.web.http import json_bytes, json_response, success
from loopin.web.openapi import documented
from loopin.web.schemas import Envelope

router = Router(tags=["Profile"])

PROFILE_COMPLETED = _("Profile completed successfully")
PROFILE_CHANGED = _("Profile updated successfully")


class RequestWithProfile(HttpRequest):
    auth: CallerWithProfile


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
    **documented(
        "Read the profile",
        auth=BearerToken(UserProfile.objects.find_caller),
        answer=schemas.ProfileOut,
    ),
)
def read_profile(request: RequestWithProfile) -> HttpResponse:
    """Answers the bare profile object, without the envelope.

    Before the profile is complete, it has what is known so far; the rest is null or empty, and
    `needs_profile_completion` is true.
    """
    profile = request.auth.profile
    return json_bytes(profile.encode()) if are_as_stored() else json_response(read_json(profile))


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


def profile_data(user_id: int) -> dict[str, Any]:
    """The profile with the two names that version 1 gave its id."""
    profile = read_json(UserProfile.objects.answer_of(user_id))
    return {"user_id": user_id, "profile_id": user_id, **profile}

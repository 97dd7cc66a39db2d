"""Completing a profile as the apps of version 1 do: a name, and perhaps more.

`loopin/doors/api_middleware.py` sends `/auth/complete-profile` here; the address is in no document.
"""

from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import create_model

from accounts.profile import drafts, flows, schemas
from accounts.profile.api import PROFILE_COMPLETED, own_fields, profile_data
from accounts.profile.fields import FIELDS
from accounts.sessions.bearer_auth import BearerToken, Request
from loopin.web.http import success

router = Router()

REQUIRED = "name"

OF_WHOLE_PROFILE = {field.name for field in FIELDS if field.is_required} | {"profile_pictures"}
"""Whoever sends all of this completes the profile for every version."""


def _field(name: str, info: Any) -> tuple[Any, Any]:
    annotation = info.rebuild_annotation()
    return (annotation, ...) if name == REQUIRED else (annotation | None, None)


_fields: dict[str, Any] = {
    name: _field(name, info) for name, info in schemas.ProfileIn.model_fields.items()
}
Version1ProfileIn: Any = create_model("Version1ProfileIn", __base__=Schema, **_fields)


@router.post("/version-1/complete-profile", auth=BearerToken(), include_in_schema=False)
def complete_profile(request: Request, body: Version1ProfileIn) -> HttpResponse:
    """What is null is left out. All broken rules are reported at once, and nothing is saved."""
    sent = own_fields(request.auth, body)
    known = {name: value for name, value in sent.items() if value is not None}
    save = flows.complete if known.keys() >= OF_WHOLE_PROFILE else drafts.complete_version_1
    save(request.auth.user_id, known)
    return success(PROFILE_COMPLETED, profile_data(request.auth.user_id))

"""The API for sessions: renew the token, list the signed-in devices, sign them out."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router

from accounts.models import Session
from accounts.models.known_device import DeviceProof
from accounts.sessions import access_tokens, flows, known_devices, schemas, user_agent
from accounts.sessions.bearer_auth import BearerToken, Request, get_session_id
from accounts.sessions.refresh_tokens import RefreshToken
from loopin.errors import NotFound
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.route_limits import limited_by_proxy
from loopin.web.schemas import Envelope, SignedInEnvelope

router = Router(tags=["Sessions"])

REFRESHED = _("Token renewed")
SESSIONS_FOUND = _("Sessions retrieved successfully")
SESSION_ENDED = _("Device signed out")
OTHERS_ENDED = _("Other devices signed out")

REFRESH = documented(
    "Renew the token",
    flows.refresh,
    answer=SignedInEnvelope[schemas.RefreshedOut],
    message=REFRESHED,
    body=schemas.RefreshIn,
)

LOGGED_OUT = _("Logged out successfully")
LOGOUT = documented(
    "End the session",
    flows.sign_out,
    may_sign=BearerToken(),
    answer=Envelope[None],
    message=LOGGED_OUT,
)


@router.post("/refresh", **REFRESH)
@limited_by_proxy("one statement, and nobody guesses a token of 256 bits")
def refresh(request: HttpRequest, body: schemas.RefreshIn) -> HttpResponse:
    """Exchanges the refresh token for a fresh access token and another refresh token.

    When the answer was lost, the same exchange is answered again, until something that came with
    an answer is used; and for 10 seconds in any case, because two calls may cross. After that,
    using the old refresh token ends the session.
    """
    refreshed = flows.refresh(body.token)
    caller = refreshed.caller
    token = access_tokens.issue(
        session_id=caller.session_id,
        user_id=caller.user_id,
        phone_number=caller.phone_number,
        refresh_token=refreshed.refresh_token,
    )
    return success(REFRESHED, tokens(token, refreshed.refresh_token), token=token)


def tokens(access_token: str, refresh_token: RefreshToken) -> dict[str, Any]:
    """The tokens of a session, under the names of both kinds of accounts."""
    return {
        "access": access_token,
        "refresh": str(refresh_token),
        "refresh_token": str(refresh_token),
        "expires_in": access_tokens.lifetime_seconds(),
    }


@router.get(
    "/sessions",
    **documented(
        "List the signed-in devices",
        auth=BearerToken(),
        answer=Envelope[list[schemas.SessionOut]],
        message=SESSIONS_FOUND,
    ),
)
def list_sessions(request: Request) -> HttpResponse:
    """Apps and browsers, the last used first."""
    found = flows.live_sessions(request.auth.user_id)
    return success(
        SESSIONS_FOUND, [_session_as_json(session, request.auth.session_id) for session in found]
    )


@router.delete(
    "/sessions/{uuid:session_id}",
    **documented(
        "Sign one device out",
        flows.end,
        NotFound,
        auth=BearerToken(),
        answer=Envelope[schemas.KnownDeviceOut],
        message=SESSION_ENDED,
    ),
)
def end_session(request: Request, session_id: UUID) -> HttpResponse:
    """Its next request is refused. The caller's own session may be ended, too.

    Device tokens from before are void; the answer has one for the caller's device.
    """
    proof = flows.end(session_id, user_id=request.auth.user_id)
    return success(SESSION_ENDED, known_device(proof))


@router.delete(
    "/sessions",
    **documented(
        "Sign all other devices out",
        auth=BearerToken(),
        answer=Envelope[schemas.EndedOut],
        message=OTHERS_ENDED,
    ),
)
def end_other_sessions(request: Request) -> HttpResponse:
    """Only the caller's own session stays, and only the device token of this answer counts."""
    caller = request.auth
    ended, proof = flows.end_others(caller.session_id, user_id=caller.user_id)
    return success(OTHERS_ENDED, {"ended": ended} | known_device(proof))


def known_device(proof: DeviceProof) -> dict[str, str]:
    """What an answer has for a device that signed in."""
    return {"device_token": known_devices.issue_token(proof)}


def _session_as_json(session: Session, current_id: UUID) -> dict[str, Any]:
    return {
        "id": session.pk,
        "device": user_agent.shown_name(session),
        "ip_address": session.ip_address,
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
        "is_current": session.pk == current_id,
    }


@router.post("/logout", **LOGOUT)
@limited_by_proxy("one statement, which ends the session of the token")
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session of the token at once. Without a token there is nothing to end."""
    if session_id := get_session_id(request):
        flows.sign_out(session_id)
    return success(LOGGED_OUT)

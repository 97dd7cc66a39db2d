"""Starts and ends sessions for sign-ins through Django, and writes events into the security log."""

from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import SecurityEvent, Session, User
from accounts.models.security_event import Kind
from accounts.sessions import staff_state
from accounts.sessions.browser_session import SESSION_ID, end_session
from accounts.sessions.user_agent import get_device
from accounts.signals import refresh_reused
from accounts.staff.flows import asks_second_factor


@receiver(user_logged_in)
def open_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    device = get_device(request)
    session_id = Session.objects.start(
        user.pk,
        device=device.label,
        ip_address=device.ip_address,
        kind=Kind.PASSWORD_ACCEPTED,
    )
    request.session[SESSION_ID] = str(session_id)
    if user.is_staff:
        staff_state.remember_password(request, user, asks_second_factor=asks_second_factor(user.pk))


@receiver(user_logged_out)
def close_session(request: HttpRequest, **kwargs: Any) -> None:
    end_session(request)


@receiver(user_login_failed)
def note_refused_password(credentials: dict[str, Any], **kwargs: Any) -> None:
    """The name that was typed is not logged, because people type passwords there by mistake."""
    user = credentials.get("user")
    user_id = user.pk if user else None
    SecurityEvent.objects.record(Kind.PASSWORD_REFUSED, user_id=user_id)


@receiver(refresh_reused)
def note_reused_refresh_token(
    user_id: int, session_id: UUID, phone_number: str | None, **kwargs: Any
) -> None:
    SecurityEvent.objects.record(
        Kind.REFRESH_REUSED, user_id=user_id, session_id=session_id, recipient=phone_number
    )

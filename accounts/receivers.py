"""Staff sign in by password through Django's own views; their sessions get a row like others."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import staff
from accounts.browser import SESSION_ID
from accounts.devices import device_of
from accounts.flows.staff import asks_second_factor
from accounts.models import Session, User


@receiver(user_logged_in)
def open_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[SESSION_ID] = str(Session.objects.start(user.pk, device_of(request)))
    if user.is_staff:
        staff.remember_password(request, asks_second_factor=asks_second_factor(user.pk))


@receiver(user_logged_out)
def close_session(request: HttpRequest, **kwargs: Any) -> None:
    if session_id := request.session.get(SESSION_ID):
        Session.objects.filter(pk=session_id).revoke()

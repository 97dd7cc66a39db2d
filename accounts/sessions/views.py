"""The pages for sessions: the list of signed-in devices, and signing them out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import CustomerRequest, account_only
from accounts.sessions import browser_session, flows, known_devices
from accounts.sessions.errors import SessionNotFound
from loopin.web.http import page


@never_cache
@require_safe
@account_only
def devices(request: CustomerRequest) -> HttpResponse:
    context = {
        "sessions": flows.live_sessions(request.user.pk),
        "current_id": browser_session.get_session_id(request),
    }
    return page(request, "accounts/sessions/devices.html", context)


@require_POST
@account_only
def end_device(request: CustomerRequest, session_id: UUID) -> HttpResponse:
    try:
        known_devices.remember(request, flows.end(session_id, user_id=request.user.pk))
        messages.success(request, _("That device is signed out."))
    except SessionNotFound as error:
        messages.info(request, error.page_message)
    return redirect("devices")


@require_POST
@account_only
def end_other_devices(request: CustomerRequest) -> HttpResponse:
    session_id = browser_session.get_session_id(request)
    _ended, proof = flows.end_others(session_id, user_id=request.user.pk)
    known_devices.remember(request, proof)
    messages.success(request, _("All other devices are signed out."))
    return redirect("devices")

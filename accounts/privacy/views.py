"""The pages for the account as a whole: download all data, or delete the account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import CustomerRequest, account_only
from accounts.codes import flows as codes
from accounts.codes import request as code_requests
from accounts.codes.forms import CodeForm
from accounts.errors import ResendTooSoon
from accounts.models.phone_otp import Purpose
from accounts.privacy import flows
from accounts.sessions import browser_session
from accounts.sessions.user_agent import get_device
from loopin.errors import LoopinError
from loopin.web.http import json_response, leave, page

AS_FILE = {"Content-Disposition": 'attachment; filename="loopin.json"'}
IS_CODE_SENT = "is_delete_code_sent"
"""The session's key that says whether the page asks for the code."""


@never_cache
@require_safe
@account_only
def export(request: CustomerRequest) -> HttpResponse:
    return json_response(flows.export(request.user.pk), headers=AS_FILE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@account_only
def delete_account(request: CustomerRequest) -> HttpResponse:
    """Explains what is deleted, and deletes the account after the right code."""
    recipient = flows.recipient_of(request.user)
    device = get_device(request)
    pending = codes.pending(recipient, Purpose.DELETE_ACCOUNT, device.proof)
    form = CodeForm(request.POST or None, otp_length=pending.otp_length)
    if form.is_valid():
        try:
            otp_code = form.cleaned_data["otp_code"]
            flows.delete(request.user.pk, recipient, otp_code, device)
            browser_session.sign_out(request)
            messages.success(request, _("Your account is deleted. Take care!"))
            return leave(request, "home")
        except LoopinError as error:
            form.refuse(error)
    context = {"form": form, "is_code_sent": request.session.get(IS_CODE_SENT, False)}
    return page(request, "accounts/privacy/delete_account.html", context, status=form.status)


@require_POST
@account_only
def delete_code(request: CustomerRequest) -> HttpResponse:
    try:
        flows.request_delete_code(
            flows.recipient_of(request.user), code_requests.from_page(request)
        )
        request.session[IS_CODE_SENT] = True
        messages.success(request, _("We sent you a code."))
    except ResendTooSoon as error:
        messages.info(request, error.page_message)
    except LoopinError as error:
        messages.error(request, error.page_message)
    return redirect("delete_account")

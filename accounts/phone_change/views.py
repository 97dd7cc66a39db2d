"""The pages for moving an account to another phone number: first the number, then its code."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import CustomerRequest, customer_only
from accounts.codes import pending_numbers
from accounts.codes import request as code_requests
from accounts.codes.flows import CodeSent
from accounts.codes.pages import shown, try_send_code, with_pending_number
from accounts.models import PendingNumber
from accounts.models.pending_number import AwaitedNumber
from accounts.models.phone_otp import Purpose
from accounts.phone import numbers
from accounts.phone.forms import PhoneForm
from accounts.phone_change import flows
from accounts.phone_change.forms import ChangePhoneForm
from accounts.sessions import known_devices
from accounts.sessions.browser_session import get_caller
from accounts.sessions.user_agent import get_device
from loopin.errors import LoopinError
from loopin.web.http import leave, page

NEW_NUMBER = "new_phone_number"
NEEDS_OLD_CODE = "needs_old_code"
"""The session's keys from the first step to the second."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_only
def change_phone(request: CustomerRequest) -> HttpResponse:
    form = _phone_form(request)
    if form.is_valid() and _try_send_codes(request, form):
        return redirect(pending_numbers.address(request, NEW_NUMBER, "verify_change_phone"))
    template = "accounts/phone_change/change_phone.html"
    return page(request, template, {"form": form}, status=form.status)


def _phone_form(request: CustomerRequest) -> PhoneForm:
    """The form has the number that awaits its code, or the country of the old number."""
    latest = pending_numbers.find_latest(request, NEW_NUMBER)
    pending = PendingNumber.objects.find_typed(latest)
    old_country = numbers.country(str(request.user.phone_number))
    return PhoneForm.prefilled(
        request.POST or None, phone_number=pending, country_guess=old_country
    )


def _try_send_codes(request: CustomerRequest, form: PhoneForm) -> bool:
    def send(phone_number: str) -> CodeSent:
        code_request = code_requests.from_page(request)
        sent = flows.request_code(get_caller(request), phone_number, code_request)
        request.session[NEEDS_OLD_CODE] = sent.needs_old_code
        return sent

    return try_send_code(request, form, send, session_key=NEW_NUMBER)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_only
@with_pending_number(NEW_NUMBER, Purpose.CHANGE_PHONE, "change_phone")
def verify_change_phone(request: CustomerRequest, awaited: AwaitedNumber) -> HttpResponse:
    needs_old_code = request.session.get(NEEDS_OLD_CODE, False)
    otp_length = awaited.code.otp_length
    form = ChangePhoneForm(
        request.POST or None, otp_length=otp_length, needs_old_code=needs_old_code
    )
    if form.is_valid():
        try:
            proof = flows.change(
                get_caller(request),
                awaited.phone_number,
                **form.cleaned_data,
                device=get_device(request),
            )
            known_devices.remember(request, proof)
            del request.session[NEW_NUMBER]  # what else awaits a code was for the old number
            messages.success(request, _("Your number is changed. Other devices are signed out."))
            return leave(request, "profile")
        except LoopinError as error:
            form.refuse(error)
    context = {"form": form, "phone_number": shown(awaited), "needs_old_code": needs_old_code}
    template = "accounts/phone_change/verify_change_phone.html"
    return page(request, template, context, status=form.status)

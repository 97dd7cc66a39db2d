"""The pages for people who registered by e-mail: they sign in, and prove their phone number."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import limits
from accounts.access import (
    CustomerRequest,
    if_passwords_enabled,
    unverified_only,
    visitor_only,
)
from accounts.codes import pending_numbers
from accounts.codes import request as code_requests
from accounts.codes.flows import CodeSent
from accounts.codes.forms import CodeForm
from accounts.codes.pages import form_page, shown, try_send_code, with_pending_number
from accounts.email_accounts import flows
from accounts.email_accounts import flows as email_accounts
from accounts.email_accounts.forms import EmailLoginForm
from accounts.models import PendingNumber
from accounts.models.pending_number import AwaitedNumber
from accounts.models.phone_otp import Purpose
from accounts.phone.forms import PhoneForm
from accounts.sessions import browser_session
from accounts.sessions.browser_session import get_caller
from accounts.sessions.user_agent import get_device
from loopin.errors import LoopinError
from loopin.web.client_network import get_ip_country
from loopin.web.http import PageRequest, leave
from loopin.web.route_limits import limited_by

NUMBER_TO_PROVE = "phone_number_to_prove"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@unverified_only
def confirm_phone(request: CustomerRequest) -> HttpResponse:
    """The form is filled with the number that awaits its code, or the one from the registration."""
    latest = pending_numbers.find_latest(request, NUMBER_TO_PROVE)
    pending = PendingNumber.objects.find_typed(latest)
    phone_number = pending or request.user.claimed_phone_number
    form = PhoneForm.prefilled(
        request.POST or None, phone_number=phone_number, country_guess=get_ip_country(request)
    )

    def send(phone_number: str) -> CodeSent:
        code_request = code_requests.from_page(request)
        return flows.request_phone_code(phone_number, code_request, get_caller(request))

    if form.is_valid() and try_send_code(request, form, send, session_key=NUMBER_TO_PROVE):
        return redirect(pending_numbers.address(request, NUMBER_TO_PROVE, "verify_phone"))
    return form_page(request, "accounts/email_accounts/confirm_phone.html", form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@unverified_only
@with_pending_number(NUMBER_TO_PROVE, Purpose.VERIFY_PHONE, "confirm_phone")
def verify_phone(request: CustomerRequest, awaited: AwaitedNumber) -> HttpResponse:
    form = CodeForm(request.POST or None, otp_length=awaited.code.otp_length)
    if form.is_valid():
        try:
            otp_code, caller = form.cleaned_data["otp_code"], get_caller(request)
            flows.verify_phone(awaited.phone_number, otp_code, caller, get_device(request))
            del request.session[NUMBER_TO_PROVE]
            messages.success(request, _("Your number is verified."))
            return leave(request, "profile")
        except LoopinError as error:
            form.refuse(error)
    template = "accounts/email_accounts/verify_phone.html"
    return form_page(request, template, form, phone_number=shown(awaited))


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@if_passwords_enabled
@visitor_only
@limited_by(limits.PASSWORDS_OF_NETWORK)
def email_login(request: PageRequest) -> HttpResponse:
    form = EmailLoginForm(request.POST or None)
    if form.is_valid():
        try:
            signed_in = email_accounts.log_in(**form.cleaned_data, device=get_device(request))
            return leave(request, browser_session.sign_in(request, signed_in))
        except LoopinError as error:
            form.refuse(error)
    return form_page(request, "accounts/email_accounts/email_login.html", form)

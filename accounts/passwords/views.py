"""The pages for people who forgot their password: they get a code and set a new one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import limits
from accounts.access import if_passwords_enabled, visitor_only
from accounts.codes import pages as code_pages
from accounts.codes import pending_numbers
from accounts.codes import request as code_requests
from accounts.codes.flows import CodeSent
from accounts.codes.pages import form_page, try_send_code, with_pending_number
from accounts.errors import UserNotFound
from accounts.models import PendingNumber
from accounts.models.pending_number import AwaitedNumber
from accounts.models.phone_otp import Purpose
from accounts.passwords import flows
from accounts.passwords.forms import ResetPasswordForm
from accounts.phone.forms import PhoneForm
from accounts.sessions import known_devices
from accounts.sessions.user_agent import get_device
from loopin.errors import LoopinError
from loopin.web.client_network import get_ip_country
from loopin.web.http import PageRequest
from loopin.web.route_limits import limited_by

RESET_NUMBER = "reset_phone_number"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@if_passwords_enabled
@visitor_only
@limited_by(limits.CODES_FOR_NETWORK)
def forgot_password(request: PageRequest) -> HttpResponse:
    """The answer is the same for numbers with and without an account."""
    latest = pending_numbers.find_latest(request, RESET_NUMBER)
    pending = PendingNumber.objects.find_typed(latest)
    form = PhoneForm.prefilled(
        request.POST or None, phone_number=pending, country_guess=get_ip_country(request)
    )

    def send(phone_number: str) -> CodeSent:
        return flows.request_reset(phone_number, code_requests.from_page(request))

    if form.is_valid() and try_send_code(request, form, send, session_key=RESET_NUMBER):
        return redirect(pending_numbers.address(request, RESET_NUMBER, "reset_password"))
    return form_page(request, "accounts/passwords/forgot_password.html", form)


@never_cache
@sensitive_post_parameters("otp_code", "password", "password_confirm")
@require_http_methods(["GET", "HEAD", "POST"])
@if_passwords_enabled
@visitor_only
@with_pending_number(RESET_NUMBER, Purpose.RESET_PASSWORD, "forgot_password")
@limited_by(limits.GUESSES_OF_NETWORK)
def reset_password(request: PageRequest, awaited: AwaitedNumber) -> HttpResponse:
    form = ResetPasswordForm(request.POST or None, otp_length=awaited.code.otp_length)
    if form.is_valid():
        try:
            return _reset(request, awaited, form)
        except LoopinError as error:
            form.refuse(error)
    context = {"phone_number": code_pages.shown(awaited)}
    return form_page(request, "accounts/passwords/reset_password.html", form, **context)


def _reset(request: PageRequest, awaited: AwaitedNumber, form: ResetPasswordForm) -> HttpResponse:
    otp_code, password = form.cleaned_data["otp_code"], form.cleaned_data["password"]
    try:
        proof = flows.reset(awaited.phone_number, otp_code, password, get_device(request))
        known_devices.remember(request, proof)
    except UserNotFound:
        pending_numbers.discard(request, RESET_NUMBER, awaited.name)
        pending_numbers.add(request, code_pages.PHONE_NUMBER, awaited.name)
        messages.info(request, _("This number has no account yet. Sign up with it, it is quick."))
        return redirect("signup")
    pending_numbers.discard(request, RESET_NUMBER, awaited.name)
    messages.success(request, _("Your password is changed. Every device is signed out."))
    return redirect("email_login")

"""The pages for signing up and in by phone, which look the same for known and new numbers."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits
from accounts.access import visitor_only
from accounts.codes import pages as code_pages
from accounts.codes import pending_numbers
from accounts.codes import request as code_requests
from accounts.codes.flows import CodeSent
from accounts.codes.forms import CodeForm, ResendForm
from accounts.codes.pages import try_send_code, with_pending_number
from accounts.messaging import dev_inbox
from accounts.messaging.channels import Channel
from accounts.models import PendingNumber
from accounts.models.pending_number import AwaitedNumber
from accounts.models.phone_otp import Purpose
from accounts.phone.forms import PhoneForm
from accounts.sessions import browser_session
from accounts.sessions.user_agent import get_device
from accounts.signin import flows
from accounts.signin.forms import SignupForm
from loopin.errors import LoopinError
from loopin.web.client_network import get_ip_country
from loopin.web.http import PageRequest, leave, page
from loopin.web.route_limits import limited_by, limited_by_proxy


@never_cache
@require_safe
@visitor_only
@limited_by_proxy("it shows a form, without a statement")
def home(request: PageRequest) -> HttpResponse:
    return page(request, "accounts/signin/home.html", {"form": _phone_form(request, SignupForm)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@visitor_only
@limited_by(limits.CODES_FOR_NETWORK)
def signup(request: PageRequest) -> HttpResponse:
    return _phone_step(request, "accounts/signin/signup.html", SignupForm)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@visitor_only
@limited_by(limits.CODES_FOR_NETWORK)
def login(request: PageRequest) -> HttpResponse:
    return _phone_step(request, "accounts/signin/login.html", PhoneForm)


def _phone_step(request: PageRequest, template: str, form_class: type[PhoneForm]) -> HttpResponse:
    form = _phone_form(request, form_class)
    if form.is_valid() and _try_send_code(request, form):
        return redirect(pending_numbers.address(request, code_pages.PHONE_NUMBER, "verify"))
    return page(request, template, {"form": form}, status=form.status)


def _phone_form(request: PageRequest, form_class: type[PhoneForm]) -> PhoneForm:
    latest = pending_numbers.find_latest(request, code_pages.PHONE_NUMBER)
    return form_class.prefilled(
        request.POST or None,
        phone_number=PendingNumber.objects.find_typed(latest),
        country_guess=get_ip_country(request),
    )


def _try_send_code(request: PageRequest, form: PhoneForm) -> bool:
    code_request = code_requests.from_page(request, form.cleaned_data.get("contact_consent"))

    def send(phone_number: str) -> CodeSent:
        return flows.request_code(phone_number, code_request)

    return try_send_code(request, form, send)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@visitor_only
@with_pending_number(code_pages.PHONE_NUMBER, Purpose.SIGN_IN, "signup")
@limited_by(limits.GUESSES_OF_NETWORK)
def verify(request: PageRequest, awaited: AwaitedNumber) -> HttpResponse:
    form = CodeForm(request.POST or None, otp_length=awaited.code.otp_length)
    if form.is_valid():
        try:
            otp_code = form.cleaned_data["otp_code"]
            signed_in = flows.verify_code(awaited.phone_number, otp_code, get_device(request))
            return leave(request, browser_session.sign_in(request, signed_in))
        except LoopinError as error:
            form.refuse(error)
    context = _about_code(request, awaited) | {"form": form}
    return page(request, "accounts/signin/verify.html", context, status=form.status)


def _about_code(request: PageRequest, awaited: AwaitedNumber) -> dict[str, Any]:
    """The context of the code step: the code that was sent, and the channels for another one."""
    channel = pending_numbers.read_note(request, code_pages.PHONE_NUMBER, awaited.name)
    return {
        "phone_number": code_pages.shown(awaited),
        "resend_after": awaited.code.resend_after,
        "channel": channel or Channel.SMS,
        "channels": settings.OTP_CHANNELS,
        "has_inbox": dev_inbox.is_open(),
    }


@require_POST
@visitor_only
@with_pending_number(code_pages.PHONE_NUMBER, Purpose.SIGN_IN, "signup")
@limited_by(limits.CODES_FOR_NETWORK)
def resend(request: PageRequest, awaited: AwaitedNumber) -> HttpResponse:
    form = ResendForm(request.POST)
    if form.is_valid():
        try:
            _resend(request, awaited, form.cleaned_data["channel"])
            key = code_pages.PHONE_NUMBER
            return redirect(pending_numbers.address(request, key, "verify", awaited.name))
        except LoopinError as error:
            form.refuse(error)
    return _resend_refused(request, awaited, form)


def _resend_refused(request: PageRequest, awaited: AwaitedNumber, form: ResendForm) -> HttpResponse:
    """The code step, which says beside the button why no other code comes, or when."""
    context = _about_code(request, awaited) | {
        "form": CodeForm(otp_length=awaited.code.otp_length),
        "resend_form": form,
    }
    if form.status == 429:
        context["resend_after"] = form.error.retry_after
    return page(request, "accounts/signin/verify.html", context, status=form.status)


def _resend(request: PageRequest, awaited: AwaitedNumber, channel: Channel) -> None:
    code_request = code_requests.from_page(request, channel=channel)
    code_sent = flows.request_code(awaited.phone_number, code_request)
    key = code_pages.PHONE_NUMBER
    pending_numbers.write_note(request, key, awaited.name, channel.value)
    is_call = channel == Channel.CALL
    called = _("We are calling you with a new code. Earlier ones no longer work.")
    sent = _("We sent you a new code. Earlier ones no longer work.")
    messages.success(request, code_pages.sent_message(code_sent, called if is_call else sent))


@require_POST
@limited_by_proxy("it ends the browser's own session, if there is one")
def logout(request: PageRequest) -> HttpResponse:
    browser_session.sign_out(request)
    messages.success(request, _("You are logged out."))
    return redirect("home")

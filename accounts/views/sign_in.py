"""The pages' door to phone sign-in: a number, a code, in. Known and new numbers look the same."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import askers, browser
from accounts.devices import device_of
from accounts.errors import ResendTooSoon
from accounts.flows import codes, sign_in
from accounts.forms.code import CodeForm
from accounts.forms.phone import PhoneForm, SignupForm
from accounts.models.phone_otp import Purpose
from accounts.views.access import visitor_only, with_pending_number
from loopin.errors import LoopinError
from loopin.http import PageRequest, leave, page


@never_cache
@require_safe
@visitor_only
def home(request: PageRequest) -> HttpResponse:
    return page(request, "accounts/home.html", {"form": SignupForm()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@visitor_only
def signup(request: PageRequest) -> HttpResponse:
    return _phone_step(request, "accounts/signup.html", SignupForm)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@visitor_only
def login(request: PageRequest) -> HttpResponse:
    return _phone_step(request, "accounts/login.html", PhoneForm)


def _phone_step(request: PageRequest, template: str, form_class: type[PhoneForm]) -> HttpResponse:
    typed_before = request.session.get(browser.PHONE_NUMBER)
    initial = {"phone_number": typed_before} if typed_before else None
    form = form_class(request.POST or None, initial=initial)
    if form.is_valid() and _send_code(request, form):
        return redirect("verify")
    return page(request, template, {"form": form}, status=form.status)


def _send_code(request: PageRequest, form: PhoneForm) -> bool:
    """Whether the code step comes next: also when the last code is still fresh enough to type."""
    phone_number = form.cleaned_data["phone_number"]
    asked = askers.by_page(request, form.cleaned_data.get("contact_consent"))
    try:
        sign_in.request_code(phone_number, asked)
    except ResendTooSoon as error:
        messages.info(request, error.message)
    except LoopinError as error:
        form.refuse(error)
        return False
    request.session[browser.PHONE_NUMBER] = phone_number
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@visitor_only
@with_pending_number
def verify(request: PageRequest, phone_number: str) -> HttpResponse:
    pending = codes.pending(phone_number, Purpose.SIGN_IN)
    form = CodeForm(request.POST or None, otp_length=pending.otp_length)
    if form.is_valid():
        try:
            otp_code = form.cleaned_data["otp_code"]
            signed_in = sign_in.verify_code(phone_number, otp_code, device_of(request))
            browser.remember(request, signed_in)
            return leave(request, "profile")
        except LoopinError as error:
            form.refuse(error)
    context = {
        "form": form,
        "phone_number": phone_number,
        "resend_after": pending.resend_after,
    }
    return page(request, "accounts/verify.html", context, status=form.status)


@require_POST
@visitor_only
@with_pending_number
def resend(request: PageRequest, phone_number: str) -> HttpResponse:
    try:
        sign_in.request_code(phone_number, askers.by_page(request))
        messages.success(request, _("We sent you a new code. Earlier ones no longer work."))
    except LoopinError as error:
        messages.error(request, error.message)
    return redirect("verify")


@require_POST
def logout(request: PageRequest) -> HttpResponse:
    browser.forget(request)
    messages.success(request, _("You are logged out."))
    return redirect("home")

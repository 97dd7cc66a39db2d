"""The pages for setting up and replacing the second factor."""

import io
from base64 import b32encode

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.codes.pages import form_page
from accounts.models import RecoveryCode, User
from accounts.sessions import staff_state
from accounts.sessions.user_agent import get_device
from accounts.staff import flows as staff
from accounts.staff.forms import SecondFactorForm
from accounts.staff.views.sign_in import get_next_page, redirect_to_step, with_password
from loopin.errors import LoopinError
from loopin.web.http import PageRequest, page


@never_cache
@sensitive_post_parameters("second_factor")
@require_http_methods(["GET", "HEAD", "POST"])
@with_password
def enrol(request: PageRequest, user: User) -> HttpResponse:
    """Sets up the first second factor. People who have one are asked for it instead."""
    if staff.is_enrolled(user.pk):
        return redirect_to_step(request, "second_factor")
    form = SecondFactorForm(request.POST or None)
    if form.is_valid():
        try:
            codes = staff.confirm_enrolment(user.pk, form.cleaned_data["second_factor"])
            staff_state.remember_second_factor(request, user)
            return _show_once(request, codes)
        except LoopinError as error:
            form.refuse(error)
    device = staff.begin_enrolment(user.pk)
    key = b32encode(device.bin_key).decode()
    groups = [key[start : start + 4] for start in range(0, len(key), 4)]
    context = {"groups": groups, "key_uri": device.config_url}
    return form_page(request, "accounts/staff/enrol.html", form, **context)


@never_cache
@require_safe
@with_password
def qr(request: PageRequest, user: User) -> HttpResponse:
    """The key as a QR code, until the app is confirmed."""
    if staff.is_enrolled(user.pk):
        return redirect_to_step(request, "second_factor")
    picture = io.BytesIO()
    code = segno.make_qr(staff.begin_enrolment(user.pk).config_url)
    code.save(picture, kind="svg", scale=4, light="#fff", svgclass=None, lineclass=None)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@never_cache
@sensitive_post_parameters("second_factor")
@require_http_methods(["GET", "HEAD", "POST"])
@with_password
def recovery_codes(request: PageRequest, user: User) -> HttpResponse:
    """Gives fresh recovery codes or removes the app, both only after a right code."""
    if not staff.is_enrolled(user.pk):
        return redirect_to_step(request, "enrol")
    form = SecondFactorForm(request.POST or None)
    if form.is_valid():
        try:
            code = form.cleaned_data["second_factor"]
            staff.check_second_factor(user, code, get_device(request))
            return _change(request, user)
        except LoopinError as error:
            form.refuse(error)
    left = RecoveryCode.objects.unused(user.pk).count()
    return form_page(request, "accounts/staff/recovery_codes.html", form, left=left)


def _change(request: PageRequest, user: User) -> HttpResponse:
    if "move" not in request.POST:
        return _show_once(request, staff.renew_recovery_codes(user.pk))
    staff.reset_second_factor(user.pk)
    messages.info(request, _("Sign in again to set up your other phone."))
    return redirect("staff_sign_in")


def _show_once(request: PageRequest, codes: list[str]) -> HttpResponse:
    return page(
        request, "accounts/staff/fresh_codes.html", {"codes": codes, "next": get_next_page(request)}
    )

"""The pages for setting up and replacing the second factor."""

import io
from base64 import b32encode
from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.codes.pages import form_page
from accounts.models import AuthenticatorApp, RecoveryCode, User
from accounts.sessions import browser_session, staff_state
from accounts.sessions.user_agent import get_device
from accounts.staff import enrolment
from accounts.staff import flows as staff
from accounts.staff.errors import InvitationOver, NotInvited
from accounts.staff.forms import SecondFactorForm
from accounts.staff.views.sign_in import get_next_page, redirect_to_step, with_password
from loopin.errors import LoopinError
from loopin.web.http import PageRequest, page
from loopin.web.route_limits import limited_by_proxy

View = Callable[..., HttpResponse]


@never_cache
@require_safe
@limited_by_proxy("one statement, and nobody guesses a token of 256 bits")
def invitation(request: PageRequest, token: str) -> HttpResponse:
    """Notes that the link was opened here. It uses nothing up, because programs that preview links
    open them as well."""
    try:
        staff_state.remember_invitation(request, enrolment.find_invitation(token))
        response: HttpResponse = redirect("enrol")
    except InvitationOver as error:
        template = "accounts/staff/invitation_over.html"
        response = page(request, template, {"error": error}, status=error.status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def with_invitation(view: View) -> View:
    """Passes the app that this session may set up, after the password.

    People who have a second factor are asked for it instead, and others for their invitation.
    """

    @wraps(view)
    def wrapper(request: PageRequest, user: User) -> HttpResponse:
        invitation_id = staff_state.take_invitation(request)
        try:
            app = enrolment.begin(user, browser_session.get_session_id(request), invitation_id)
        except NotInvited as error:
            if staff.is_enrolled(user.pk):
                return redirect_to_step(request, "second_factor")
            context = {"error": error, "member": user}
            return page(request, "accounts/staff/not_invited.html", context, status=error.status)
        return view(request, user, app)

    return with_password(wrapper)


@never_cache
@sensitive_post_parameters("second_factor")
@require_http_methods(["GET", "HEAD", "POST"])
@with_invitation
def enrol(request: PageRequest, user: User, app: AuthenticatorApp) -> HttpResponse:
    """Sets up the second factor, with a key that this session alone sees."""
    form = SecondFactorForm(request.POST or None)
    if form.is_valid():
        try:
            return _confirm(request, user, form.cleaned_data["second_factor"])
        except LoopinError as error:
            form.refuse(error)
    key = b32encode(app.bin_key).decode()
    groups = [key[start : start + 4] for start in range(0, len(key), 4)]
    context = {"groups": groups, "key_uri": app.config_url}
    return form_page(request, "accounts/staff/enrol.html", form, **context)


def _confirm(request: PageRequest, user: User, code: str) -> HttpResponse:
    session_id, device = browser_session.get_session_id(request), get_device(request)
    codes = enrolment.confirm(user, session_id, code, device=device.label)
    staff_state.remember_second_factor(request, user)
    return _show_once(request, codes)


@never_cache
@require_safe
@with_invitation
def qr(request: PageRequest, user: User, app: AuthenticatorApp) -> HttpResponse:
    """The key as a QR code, until the app is confirmed."""
    import segno  # noqa: PLC0415  seldom needed

    picture = io.BytesIO()
    code = segno.make_qr(app.config_url)
    code.save(picture, kind="svg", scale=4, light="#fff", svgclass=None, lineclass=None)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@never_cache
@sensitive_post_parameters("second_factor")
@require_http_methods(["GET", "HEAD", "POST"])
@with_password
def recovery_codes(request: PageRequest, user: User) -> HttpResponse:
    """Gives fresh recovery codes or begins with another app, both only after a right code."""
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
    enrolment.begin_move(user.pk, browser_session.get_session_id(request))
    return redirect("enrol")


def _show_once(request: PageRequest, codes: list[str]) -> HttpResponse:
    return page(
        request, "accounts/staff/fresh_codes.html", {"codes": codes, "next": get_next_page(request)}
    )

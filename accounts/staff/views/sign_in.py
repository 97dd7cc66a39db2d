"""The pages for signing in as staff: first the password, then the second factor."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from accounts.codes.pages import form_page
from accounts.models import User
from accounts.sessions import browser_session, staff_state
from accounts.sessions.user_agent import get_device
from accounts.staff import flows as staff
from accounts.staff.forms import SecondFactorForm, StaffSignInForm
from loopin.errors import LoopinError
from loopin.web.http import PageRequest
from loopin.web.route_limits import limited_by

View = Callable[..., HttpResponse]


def with_password(view: View) -> View:
    """Passes the member of staff whose password was right; others are asked for it first."""

    @wraps(view)
    def wrapper(request: PageRequest) -> HttpResponse:
        user = browser_session.get_staff(request)
        return redirect_to_step(request, "staff_sign_in") if user is None else view(request, user)

    return wrapper


def redirect_to_step(request: PageRequest, step: str) -> HttpResponse:
    """Redirect to another step, and pass on the page where the person wanted to go."""
    wanted = urlencode({"next": request.GET.get("next", "")}, safe="/")
    return redirect(resolve_url(step) + (f"?{wanted}" if request.GET.get("next") else ""))


def get_next_page(request: PageRequest) -> str:
    """The page where the person wanted to go, unless it is on another site."""
    wanted: str = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else resolve_url("leads:list")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@limited_by(limits.PASSWORDS_OF_NETWORK)
def staff_sign_in(request: PageRequest) -> HttpResponse:
    if request.user.is_staff:
        return redirect(get_next_page(request))
    form = StaffSignInForm(request.POST or None)
    if form.is_valid():
        try:
            user = staff.check_password(**form.cleaned_data, device=get_device(request))
            return _sign_in(request, user)
        except LoopinError as error:
            form.refuse(error)
    return form_page(request, "accounts/staff/staff_sign_in.html", form)


def _sign_in(request: PageRequest, user: User) -> HttpResponse:
    invitation_id = staff_state.take_invitation(request)
    browser_session.sign_out(request)
    auth.login(request, user)
    if invitation_id is not None:
        staff_state.remember_invitation(request, invitation_id)
        return redirect_to_step(request, "enrol")
    if staff_state.has_passed(request):
        return redirect(get_next_page(request))
    return redirect_to_step(request, "second_factor")


@never_cache
@sensitive_post_parameters("second_factor")
@require_http_methods(["GET", "HEAD", "POST"])
@with_password
def second_factor(request: PageRequest, user: User) -> HttpResponse:
    if staff_state.has_passed(request):
        return redirect(get_next_page(request))
    if not staff.is_enrolled(user.pk):
        return redirect_to_step(request, "enrol")
    form = SecondFactorForm(request.POST or None)
    if form.is_valid():
        try:
            code = form.cleaned_data["second_factor"]
            staff.check_second_factor(user, code, get_device(request))
            staff_state.remember_second_factor(request, user)
            return redirect(get_next_page(request))
        except LoopinError as error:
            form.refuse(error)
    return form_page(request, "accounts/staff/second_factor.html", form, member=user)


@never_cache
@require_safe
def signed_in(request: PageRequest) -> HttpResponse:
    """Who is signed in, and the browser's CSRF token, for a page over which somebody signed in."""
    if not request.htmx:
        return redirect(settings.LOGIN_REDIRECT_URL)
    member = staff_state.get_member(request)
    return JsonResponse({"member": member.pk, "csrf_token": get_token(request)})

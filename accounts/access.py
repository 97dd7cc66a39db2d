"""Who may open which page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from loopin.web.http import PageRequest, leave

View = Callable[..., HttpResponse]


class CustomerRequest(PageRequest):
    """Of somebody who signed in, by phone or by e-mail."""

    user: User


def visitor_only(view: View) -> View:
    """Whoever is signed in goes to their own start page instead."""

    @wraps(view)
    def wrapper(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return leave(request, "leads:list" if request.user.is_staff else "profile")

    return wrapper


def account_only(view: View) -> View:
    """Of customers, whether their number is proven or not. Visitors sign in first; staff, who have
    no profile to complete, go to their desk."""

    @wraps(view)
    def wrapper(request: PageRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return leave(request, "login")
        if request.user.is_staff:
            return leave(request, "leads:list")
        return view(request, **kwargs)

    return wrapper


def customer_only(view: View) -> View:
    """Like `account_only`, and whoever registered by e-mail proves a phone number first."""

    @wraps(view)
    def wrapper(request: CustomerRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.phone_number:
            return leave(request, "confirm_phone")
        return view(request, **kwargs)

    return account_only(wrapper)


def unverified_only(view: View) -> View:
    """Like `account_only`, for those who have proven no phone number yet."""

    @wraps(view)
    def wrapper(request: CustomerRequest, **kwargs: Any) -> HttpResponse:
        if request.user.phone_number:
            return leave(request, "profile")
        return view(request, **kwargs)

    return account_only(wrapper)


def with_pending_number(session_key: str, step: str) -> Callable[[View], View]:
    """Passes the number that awaits its code, which the session keeps under this name; without one
    the flow starts anew at `step`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: PageRequest) -> HttpResponse:
            phone_number = request.session.get(session_key)
            return view(request, phone_number) if phone_number else redirect(step)

        return wrapper

    return decorate


def if_passwords_enabled(view: View) -> View:
    """404 where `EMAIL_LOGIN_ENABLED` is off."""

    @wraps(view)
    def wrapper(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.EMAIL_LOGIN_ENABLED:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper

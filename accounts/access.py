"""View decorators that decide who may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse

from accounts.models import User
from loopin.web import next_page
from loopin.web.http import PageRequest, leave

View = Callable[..., HttpResponse]


class CustomerRequest(PageRequest):
    """A request of a customer who is signed in, by phone or by e-mail."""

    user: User


def visitor_only(view: View) -> View:
    """Redirects people who are signed in to their own start page."""

    @wraps(view)
    def wrapper(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return leave(request, "leads:list" if request.user.is_staff else "profile")

    return wrapper


def account_only(view: View) -> View:
    """For customers, with or without a verified number.

    Visitors sign in first, and then go on. Staff have no profile, and are redirected to their desk.
    """

    @wraps(view)
    def wrapper(request: PageRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return next_page.sign_in_first(request)
        if request.user.is_staff:
            return leave(request, "leads:list")
        return view(request, **kwargs)

    return wrapper


def customer_only(view: View) -> View:
    """Like `account_only`, but people who registered by e-mail verify a phone number first."""

    @wraps(view)
    def wrapper(request: CustomerRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.phone_number:
            return leave(request, "confirm_phone")
        return view(request, **kwargs)

    return account_only(wrapper)


def unverified_only(view: View) -> View:
    """Like `account_only`, for customers without a verified phone number."""

    @wraps(view)
    def wrapper(request: CustomerRequest, **kwargs: Any) -> HttpResponse:
        if request.user.phone_number:
            return leave(request, "profile")
        return view(request, **kwargs)

    return account_only(wrapper)


def if_passwords_enabled(view: View) -> View:
    """Answers 404 if `EMAIL_LOGIN_ENABLED` is off."""

    @wraps(view)
    def wrapper(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.EMAIL_LOGIN_ENABLED:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper

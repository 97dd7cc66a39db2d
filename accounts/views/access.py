"""Who may open which page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts import browser
from accounts.models import User
from loopin.http import PageRequest, leave

View = Callable[..., HttpResponse]


class CustomerRequest(PageRequest):
    """Of somebody who signed in by phone."""

    user: User


def visitor_only(view: View) -> View:
    """Whoever is signed in goes to their own start page instead."""

    @wraps(view)
    def wrapper(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return leave(request, "leads:list" if request.user.is_staff else "profile")

    return wrapper


def customer_only(view: View) -> View:
    """Visitors sign in first; staff, who have no phone number to complete, go to their desk."""

    @wraps(view)
    def wrapper(request: PageRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return leave(request, "login")
        if not request.user.phone_number:
            return leave(request, "leads:list")
        return view(request, **kwargs)

    return wrapper


def with_pending_number(view: View) -> View:
    """Passes the number that awaits its code; without one the flow starts anew."""

    @wraps(view)
    def wrapper(request: PageRequest) -> HttpResponse:
        phone_number = request.session.get(browser.PHONE_NUMBER)
        return view(request, phone_number) if phone_number else redirect("signup")

    return wrapper

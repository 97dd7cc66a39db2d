"""Shows what was typed into a form that was not accepted, because the browser was signed out or
signed in anew meanwhile, and sends it again.

It is for people without JavaScript; static/js/sign_in_dialog.js does the same over the page.
"""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loopin.errors import Forbidden

View = TypeVar("View", bound=Callable[..., HttpResponse])

CSRF_FIELD = "csrfmiddlewaretoken"


def may_be_sent_again(*texts: str) -> Callable[[View], View]:
    """Marks a view whose form has nothing secret. `texts`: the names of the fields that people
    write in, which are shown; the others are sent along."""

    def mark(view: View) -> View:
        view.texts_of_form = texts  # type: ignore[attr-defined]
        return view

    return mark


def page_of(request: HttpRequest, *, sign_in_url: str = "") -> HttpResponse | None:
    """The page with what was typed; None if the view is not marked.

    `sign_in_url`: where to sign in first; "" for who is signed in. None also for what another site
    sent, whose words nobody should send in their own name.
    """
    texts = getattr(request.resolver_match and request.resolver_match.func, "texts_of_form", None)
    if texts is None or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return None
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "sign_in_url": sign_in_url,
        "typed": [field for field in fields if field[0] in texts and field[1]],
        "others": [field for field in fields if field[0] not in (*texts, CSRF_FIELD)],
    }
    return render(request, "unsent.html", context, status=Forbidden.status)

"""What several pages with codes share: rendering a form, and sending a code."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.errors import ResendTooSoon
from accounts.phone.forms import PhoneForm
from loopin.errors import LoopinError
from loopin.web.forms import RefusableForm
from loopin.web.http import PageRequest, page

PHONE_NUMBER = "phone_number"
"""The session's key for the number that awaits its code, which is never part of a URL."""
CHANNEL = "channel"
"""The session's key for the channel of the last code."""


def form_page(
    request: PageRequest, template: str, form: RefusableForm, **context: Any
) -> HttpResponse:
    """Render a page with its form. A refusal sets the status and the `Retry-After` header."""
    response = page(request, template, {"form": form, **context}, status=form.status)
    if form.status in (429, 503):
        response.headers["Retry-After"] = str(form.error.retry_after)
    return response


def try_send_code(
    request: PageRequest,
    form: PhoneForm,
    send: Callable[[str], object],
    *,
    session_key: str = PHONE_NUMBER,
) -> bool:
    """Send a code; True if the page for the code comes next, even if the last code is still in use.

    `session_key`: the name under which the session keeps the number until then.
    """
    phone_number = form.cleaned_data["phone_number"]
    try:
        send(phone_number)
        messages.success(request, _("We sent you a code."))
    except ResendTooSoon as error:
        messages.info(request, error.message)
    except LoopinError as error:
        form.refuse(error)
        return False
    request.session[session_key] = phone_number
    return True

"""What steps of several pages share: the page of a form, and sending a code."""

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
"""Where the number that awaits its code is kept: in the session, never in an address."""
CHANNEL = "channel"
"""By which its last code was sent."""


def form_page(
    request: PageRequest, template: str, form: RefusableForm, **context: Any
) -> HttpResponse:
    """A page with its form, and the time to wait where guesses are refused."""
    response = page(request, template, {"form": form, **context}, status=form.status)
    if form.status == 429:
        response.headers["Retry-After"] = str(form.error.retry_after)
    return response


def try_send_code(
    request: PageRequest,
    form: PhoneForm,
    send: Callable[[str], object],
    *,
    session_key: str = PHONE_NUMBER,
) -> bool:
    """Whether the code step comes next: also when the last code is still fresh enough to type.

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

"""What several pages with codes share: rendering a form, and sending a code."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import limits
from accounts.codes import pending_numbers
from accounts.codes.flows import CodeSent, Delivery
from accounts.errors import ResendTooSoon
from accounts.models import PendingNumber
from accounts.models.pending_number import AwaitedNumber
from accounts.models.phone_otp import Purpose
from accounts.phone.forms import PhoneForm
from accounts.phone.grouping import grouped
from accounts.phone.masking import masked
from accounts.sessions import known_devices
from loopin.errors import LoopinError
from loopin.web.client_network import get_client_ip, get_network
from loopin.web.forms import RefusableForm
from loopin.web.http import PageRequest, page

PHONE_NUMBER = "phone_number"
"""The session's key for the names of the numbers that await their codes (`PendingNumber`), each
with the channel of its last code if that was not an SMS."""

View = Callable[..., HttpResponse]


def form_page(
    request: PageRequest, template: str, form: RefusableForm, **context: Any
) -> HttpResponse:
    """Render a page with its form. A refusal sets the status and the `Retry-After` header."""
    response = page(request, template, {"form": form, **context}, status=form.status)
    if form.status in (429, 503):
        response.headers["Retry-After"] = str(form.error.retry_after)
    return response


def shown(awaited: AwaitedNumber) -> str:
    """The number as its browser may show it: in full if it was typed there, otherwise masked."""
    spell = grouped if awaited.is_typed else masked
    return spell(awaited.phone_number)


def sent_message(sent: CodeSent, words: str) -> str:
    """`words` for a message that has left, others while the provider has not taken it."""
    if sent.delivery is Delivery.ACCEPTED:
        return words
    return _("Your code is on its way. It may take a minute longer than usual.")


def _may_go_on(request: PageRequest) -> bool:
    """Whether one more browser of this network may go on with a code that was sent before.

    A request for a code that is refused counts against no limit, so that without this one a
    stranger could fill the table of pending numbers.
    """
    network = get_network(get_client_ip(request))
    return limits.try_spend(limits.PENDING_OF_NETWORK.limit_for(network))


def try_send_code(
    request: PageRequest,
    form: PhoneForm,
    send: Callable[[str], CodeSent],
    *,
    session_key: str = PHONE_NUMBER,
) -> bool:
    """Send a code; True if the page for the code comes next, even if the last code is still in use.

    `session_key`: under which the session keeps the name of the number until then.
    """
    phone_number = form.cleaned_data["phone_number"]
    try:
        sent = send(phone_number)
        messages.success(request, sent_message(sent, _("We sent you a code.")))
    except ResendTooSoon as error:
        if not _may_go_on(request):
            form.refuse(error)
            return False
        messages.info(request, error.page_message)
    except LoopinError as error:
        form.refuse(error)
        return False
    pending_numbers.remember(request, session_key, phone_number)
    return True


def with_pending_number(session_key: str, purpose: Purpose, step: str) -> Callable[[View], View]:
    """Passes the phone number that awaits its code, with the code, to the view.

    The form or the address names it, or it is the latest of this browser (`pending_numbers`).
    `session_key`: where the session has the names. `step`: where people go if there is none.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: PageRequest) -> HttpResponse:
            name = pending_numbers.find(request, session_key)
            awaited = PendingNumber.objects.find(name, purpose, known_devices.get_proof(request))
            if awaited is not None:
                if pending_numbers.is_named_needlessly(request, session_key):
                    return redirect(request.path)
                request.pending_number = awaited.name
                return view(request, awaited)
            if request.method == "POST":
                messages.info(request, _("Please enter your number again to get a code."))
            return redirect(step)

        return wrapper

    return decorate

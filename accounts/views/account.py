"""The pages' door to the account as a whole: download everything, or be forgotten."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import browser
from accounts.errors import ResendTooSoon
from accounts.flows import account
from accounts.forms import CodeForm
from accounts.views.access import CustomerRequest, customer_only
from loopin.errors import LoopinError
from loopin.http import json_response, leave, page

AS_FILE = {"Content-Disposition": 'attachment; filename="loopin.json"'}


@never_cache
@require_safe
@customer_only
def export(request: CustomerRequest) -> HttpResponse:
    return json_response(account.export(request.user.pk), headers=AS_FILE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_only
def delete_account(request: CustomerRequest) -> HttpResponse:
    """Explains what happens; with a code, it happens."""
    form = CodeForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            account.delete(request.user.pk, _number(request), form.cleaned_data["otp_code"])
            browser.forget(request)
            messages.success(request, "Your account is deleted. Take care!")
            return leave(request, "home")
        except LoopinError as error:
            form.refuse(error)
    return _delete_page(request, form)


@never_cache
@require_POST
@customer_only
def delete_code(request: CustomerRequest) -> HttpResponse:
    """Sends the code and shows where to type it; so does asking again too soon."""
    try:
        account.request_delete_code(_number(request))
        messages.success(request, "We sent you a code.")
    except ResendTooSoon as error:
        messages.info(request, error.message)
    except LoopinError as error:
        messages.error(request, error.message)
        return _delete_page(request, None)
    return _delete_page(request, CodeForm())


def _number(request: CustomerRequest) -> str:
    return str(request.user.phone_number)


def _delete_page(request: CustomerRequest, form: CodeForm | None) -> HttpResponse:
    status = form.status if form else 200
    return page(request, "accounts/delete_account.html", {"form": form}, status=status)

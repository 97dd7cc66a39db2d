"""The public end of a resume link: one button, then the code step."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import visitor_only
from accounts.codes import pages as code_pages
from accounts.codes import request as code_request
from accounts.errors import ResendTooSoon
from accounts.signin import flows as signin
from leads.errors import LinkOver
from leads.masking import masked
from leads.resume import flows
from loopin.errors import LoopinError
from loopin.web.http import PageRequest, page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@visitor_only
def follow(request: PageRequest, token: str) -> HttpResponse:
    """To look costs nothing: programs that preview links must not use them up."""
    try:
        if request.method == "POST":
            return _go_on(request, flows.use(token))
        number = masked(str(flows.look(token).phone_number))
        return page(request, "leads/resume/resume.html", {"number": number})
    except LinkOver as error:
        return page(request, "leads/resume/resume_over.html", {"error": error}, status=error.status)


def _go_on(request: PageRequest, phone_number: str) -> HttpResponse:
    """To the code step, also when the last code is still fresh enough to type."""
    request.session[code_pages.PHONE_NUMBER] = phone_number
    try:
        signin.request_code(phone_number, code_request.by_page(request))
        request.session.pop(code_pages.CHANNEL, None)  # this one came by SMS
    except ResendTooSoon as error:
        messages.info(request, error.message)
    except LoopinError as error:
        messages.error(request, error.message)
        return redirect("signup")
    return redirect("verify")

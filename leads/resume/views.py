"""The public page of a resume link: one button, which leads to the code step."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import visitor_only
from accounts.codes import pages as code_pages
from accounts.codes import pending_numbers
from accounts.codes import request as code_requests
from accounts.errors import ResendTooSoon
from accounts.phone.masking import masked
from accounts.signin import flows as signin
from leads.errors import LinkUnusable
from leads.resume import flows, staff_browser
from loopin.errors import LoopinError
from loopin.web.client_network import get_client_ip
from loopin.web.http import PageRequest, page
from loopin.web.route_limits import limited_by_proxy


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@visitor_only
@limited_by_proxy("a forged token is refused by its signature, without a statement")
def follow(request: PageRequest, token: str) -> HttpResponse:
    """Show the button on GET, and use the link on POST only, because programs that preview links
    open them by GET."""
    try:
        if request.method == "POST":
            return _send_code(request, _use(request, token))
        number = masked(str(flows.lead_of(token).phone_number))
        return page(request, "leads/resume/resume.html", {"number": number})
    except LinkUnusable as error:
        return page(request, "leads/resume/resume_over.html", {"error": error}, status=error.status)


def _use(request: PageRequest, token: str) -> str:
    staff_id = staff_browser.find_staff_id(request)
    return flows.use(token, staff_id=staff_id, client_ip=get_client_ip(request))


def _send_code(request: PageRequest, phone_number: str) -> HttpResponse:
    """Send a code and go to the code step; also if the last code was sent too recently for
    another. The browser is not told the number: whoever has the link need not be the person."""
    pending_numbers.remember(request, code_pages.PHONE_NUMBER, phone_number, is_typed=False)
    try:
        signin.request_code(phone_number, code_requests.from_page(request))
    except ResendTooSoon as error:
        messages.info(request, error.message)
    except LoopinError as error:
        messages.error(request, error.message)
        return redirect("signup")
    return redirect(pending_numbers.address(request, code_pages.PHONE_NUMBER, "verify"))

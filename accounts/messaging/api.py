"""The API for the SMS provider, which reports whether each message with a code was delivered."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from accounts.messaging import reports
from accounts.messaging.providers.registry import current_provider
from loopin.errors import Forbidden
from loopin.web.route_limits import limited_by_proxy

router = Router()


@router.post(reports.REPORT_PATH.removeprefix("/api"), include_in_schema=False)
@limited_by_proxy("what the provider did not sign is refused without a statement")
def sms_status(request: HttpRequest) -> HttpResponse:
    """Only the provider calls it, in its own format, so it is left out of the API's description."""
    provider = current_provider()
    if not provider.is_signed(request, url=reports.public_url(request.get_full_path())):
        raise Forbidden
    report = provider.read_report(request)
    if report is not None:
        reports.announce(report, purpose=request.GET.get("purpose", ""))
    return HttpResponse(status=204)

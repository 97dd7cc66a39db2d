"""The door for the SMS provider, which reports what became of each code's message."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router
from twilio.request_validator import RequestValidator

from accounts.messaging import reports
from accounts.messaging.sms import STATUS_PATH, WHATSAPP, public_address
from loopin.errors import Forbidden

router = Router()


@router.post(STATUS_PATH.removeprefix("/api"), include_in_schema=False)
def sms_status(request: HttpRequest) -> HttpResponse:
    """A form, not JSON, and for nobody but the provider: so it is not in the API's description."""
    if not _is_signed(request):
        raise Forbidden
    reports.note(
        request.POST.get("To", "").removeprefix(WHATSAPP),
        purpose=request.GET.get("purpose", ""),
        status=request.POST.get("MessageStatus") or request.POST.get("CallStatus", ""),
        error_code=request.POST.get("ErrorCode", ""),
    )
    return HttpResponse(status=204)


def _is_signed(request: HttpRequest) -> bool:
    """Over the address as the provider knows it, query included, and every field of the form.

    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    if not settings.TWILIO_AUTH_TOKEN:
        return False  # anybody can sign with an empty key
    address = public_address(request.get_full_path())
    signature = request.headers.get("X-Twilio-Signature", "")
    validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)
    return bool(validator.validate(address, request.POST, signature))

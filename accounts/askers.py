"""What each door knows of somebody who asks for a code."""

from django.http import HttpRequest

from accounts.channels import Channel
from accounts.flows.codes import CodeRequest
from loopin.http import client_ip, ip_country


def by_api(
    request: HttpRequest,
    contact_consent: bool | None = None,
    *,
    channel: Channel = Channel.SMS,
) -> CodeRequest:
    return _asked(request, "api", contact_consent, channel)


def by_page(
    request: HttpRequest,
    contact_consent: bool | None = None,
    *,
    channel: Channel = Channel.SMS,
) -> CodeRequest:
    return _asked(request, "web", contact_consent, channel)


def _asked(
    request: HttpRequest, source: str, contact_consent: bool | None, channel: Channel
) -> CodeRequest:
    return CodeRequest(
        source=source,
        client_ip=client_ip(request),
        ip_country=ip_country(request),
        contact_consent=contact_consent,
        channel=channel,
    )

"""Reads from an HTTP request what sending a code needs to know."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from accounts.codes import proof_of_work
from accounts.idempotency.idempotent import BEGUN_AT
from accounts.messaging.channels import Channel
from accounts.models.known_device import DeviceProof
from accounts.sessions import known_devices
from loopin.web.client_network import get_client_ip, get_ip_country


@dataclass(frozen=True, kw_only=True)
class CodeRequest:
    """What is known of somebody who asks for a code.

    `source`: "api" or "web". `ip_country`: two letters, or "" if it is not known.
    `contact_consent`: whether the person agrees to be contacted, None if they did not say.
    `channel`: how the code is sent; every channel counts against the same limits.
    `proof`: what the device proves of an earlier sign-in, which may be revoked.
    `solution`: the solved challenge that the device sent, "" for none.
    `begun_at`: when the same request began before, in a process that ended; None usually.
    """

    source: str
    client_ip: str
    ip_country: str = ""
    contact_consent: bool | None = None
    channel: Channel = Channel.SMS
    proof: DeviceProof | None = None
    solution: str = ""
    begun_at: datetime | None = None

    @property
    def is_unified(self) -> bool:
        """Whether numbers with and without an account get the same answer: always on the pages,
        and in the API with `UNIFIED_SIGNUP`."""
        return self.source == "web" or settings.UNIFIED_SIGNUP


def from_api(
    request: HttpRequest,
    contact_consent: bool | None = None,
    *,
    channel: Channel = Channel.SMS,
) -> CodeRequest:
    solution = request.headers.get(proof_of_work.HEADER, "")
    return _code_request(request, "api", contact_consent, channel, solution)


def from_page(
    request: HttpRequest,
    contact_consent: bool | None = None,
    *,
    channel: Channel = Channel.SMS,
) -> CodeRequest:
    solution = request.POST.get(proof_of_work.FIELD, "")
    return _code_request(request, "web", contact_consent, channel, solution)


def _code_request(
    request: HttpRequest,
    source: str,
    contact_consent: bool | None,
    channel: Channel,
    solution: str,
) -> CodeRequest:
    return CodeRequest(
        source=source,
        client_ip=get_client_ip(request),
        ip_country=get_ip_country(request),
        contact_consent=contact_consent,
        channel=channel,
        proof=known_devices.get_proof(request),
        solution=solution,
        begun_at=getattr(request, BEGUN_AT, None),
    )

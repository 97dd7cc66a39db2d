"""What somebody says when asking for a code. It is not believed before the code is typed.

Anybody can ask for a code to any number. So what is said then stays with the code, and counts when
the code comes back from the same network: the owner of the number may well type a code that a
stranger asked for, and does not thereby say what the stranger said.
"""

from typing import Any

from accounts.codes.request import CodeRequest
from loopin.crypto.keyed_hash import keyed_hash
from loopin.web.client_network import get_network


def claims_of(code_request: CodeRequest) -> dict[str, Any]:
    """What is kept with the code: who asked, as a keyed hash of their network, how it was to be
    sent, and what they said.

    Somebody who says nothing when asking again keeps what they said before.
    """
    claims: dict[str, Any] = {
        "requester": _requester(code_request.client_ip),
        "channel": code_request.channel.value,
    }
    if code_request.contact_consent is not None:
        claims["contact_consent"] = code_request.contact_consent
    return claims


def proven_consent(claims: dict[str, Any], *, client_ip: str) -> bool | None:
    """What whoever types the code from this address said about being contacted; None for nothing.

    What was said from another network counts as nothing.
    """
    if claims.get("requester") != _requester(client_ip):
        return None
    return claims.get("contact_consent")


def _requester(client_ip: str) -> str:
    network = get_network(client_ip)
    return keyed_hash("accounts.codes.claims", network)

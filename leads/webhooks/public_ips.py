"""Resolves a host to IPs: in production to public ones only, never to our own network."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings


class PrivateIpRefused(OSError):
    """A host resolves to an IP that is not public."""


def resolved(host: str, port: int) -> list[str]:
    """The IPs of a host, each of which may be connected to.

    The connection goes to one of these and does not look the name up again, so that a name that
    answers differently the second time (DNS rebinding) gains nothing.

    Raises PrivateIpRefused if any is private, loopback, link-local, multicast or reserved, and
    socket.gaierror where there is none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ips = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if settings.IS_PRODUCTION and not all(is_public(ip) for ip in ips):
        raise PrivateIpRefused
    return ips


GLOBAL_UNICAST = ip_network("2000::/3")
"""The only part of IPv6 that addresses of the internet are given from (RFC 4291 §2.4)."""

NEVER_PUBLIC = [
    ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2001:db8::/32", "3fff::/20")
]
"""Special purposes that the module `ipaddress` takes for public in some versions of Python:
protocol assignments, the relays of 6to4, and examples in documents (IANA's registries of RFC 6890,
RFC 7526, RFC 9637)."""


def is_public(text: str) -> bool:
    """Whether an IP belongs to the internet; an IPv4 inside an IPv6 decides for it."""
    ip = ip_address(text.partition("%")[0])
    embedded = _embedded_ipv4(ip) if isinstance(ip, IPv6Address) else None
    if embedded is not None:
        return is_public(str(embedded))
    if isinstance(ip, IPv6Address) and ip not in GLOBAL_UNICAST:
        return False
    is_reachable = ip.is_global and not ip.is_multicast and not ip.is_reserved
    return is_reachable and not any(ip in network for network in NEVER_PUBLIC)


NAT64 = int(IPv6Address("64:ff9b::")) >> 32


def _embedded_ipv4(ip: IPv6Address) -> IPv4Address | None:
    if int(ip) >> 32 == NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)

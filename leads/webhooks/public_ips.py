"""Resolves a host to IPs: in production to public ones only, never to our own network."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

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


def is_public(text: str) -> bool:
    """Whether an IP belongs to the internet; an IPv4 inside an IPv6 decides for it."""
    ip = ip_address(text.partition("%")[0])
    embedded = _embedded_ipv4(ip) if isinstance(ip, IPv6Address) else None
    is_reachable = ip.is_global and not ip.is_multicast and not ip.is_reserved
    return is_reachable if embedded is None else is_public(str(embedded))


NAT64 = int(IPv6Address("64:ff9b::")) >> 32


def _embedded_ipv4(ip: IPv6Address) -> IPv4Address | None:
    if int(ip) >> 32 == NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)

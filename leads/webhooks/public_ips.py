"""Where a message may go: in production to public addresses only, never into our own network."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings


class AddressRefused(OSError):
    """The name leads to an address that is not public."""


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, each fit to be connected to.

    The connection goes to one of these and does not look the name up again, so that a name that
    answers differently the second time (DNS rebinding) gains nothing.

    Raises AddressRefused if any is private, loopback, link-local, multicast or reserved, and
    socket.gaierror where there is none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if settings.IS_PRODUCTION and not all(is_public(address) for address in addresses):
        raise AddressRefused
    return addresses


def is_public(address: str) -> bool:
    """Whether an address is on the internet; of an IPv6 address that carries an IPv4 one, both."""
    ip = ip_address(address.partition("%")[0])
    carried = _carried(ip) if isinstance(ip, IPv6Address) else None
    is_reachable = ip.is_global and not ip.is_multicast and not ip.is_reserved
    return is_reachable if carried is None else is_public(str(carried))


NAT64 = int(IPv6Address("64:ff9b::")) >> 32


def _carried(ip: IPv6Address) -> IPv4Address | None:
    if int(ip) >> 32 == NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)

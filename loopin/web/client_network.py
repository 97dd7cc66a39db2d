"""Where a request comes from: the client's IP, the network that limits count, and its country.

Nothing else reads `REMOTE_ADDR` or `X-Forwarded-For`.
"""

import logging
import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

IPV6_PREFIX_LENGTH = 64
"""An IPv6 customer has at least a whole /64 to draw addresses from (RFC 6177 §2)."""

UNKNOWN_NETWORK = "unknown"
"""The network of all clients whose IP cannot be read. They share their limits, because a client
could otherwise send another unreadable value with each request, and have no limit at all."""

_spelling = re.compile(
    r"""\[ (?P<bracketed> [^\[\]]+ ) \] (?: : [0-9]+ )?  # [2001:db8::1] or [2001:db8::1]:443
    | (?P<with_port> [0-9.]+ ) : [0-9]+                  # 203.0.113.9:51724
    | (?P<plain> [^\[\]]+ )                               # 203.0.113.9 or 2001:db8::1
    """,
    re.VERBOSE,
).fullmatch


def get_client_ip(request: HttpRequest) -> str:
    """The client's IP in its shortest spelling; "" if it cannot be read.

    Each proxy appends the IP it was asked from, so with `TRUSTED_PROXY_COUNT` proxies of ours the
    client is that many places from the right. What stands further left is the client's own claim,
    and is not believed. Whoever is forwarded by fewer proxies counts as the one that connects.

    A place that holds no IP makes the client unknown, not the proxy: everybody else's requests
    would otherwise be counted and logged as the proxy's, and nobody would notice.
    """
    proxies = settings.TRUSTED_PROXY_COUNT
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if proxies < 1 or not forwarded.strip():
        return _peer(request)
    places = forwarded.split(",")
    if len(places) < proxies:
        logger.warning("X-Forwarded-For names fewer proxies than TRUSTED_PROXY_COUNT=%d", proxies)
        return _peer(request)
    ip = _normalise_ip(places[-proxies].strip())
    if not ip:
        logger.warning("X-Forwarded-For holds no IP, %d places from its right", proxies)
    return ip


@lru_cache(maxsize=4096)
def get_network(client_ip: str) -> str:
    """What limits count as one client: an IPv4 address, or an IPv6 customer's whole /64."""
    ip = _parse(client_ip)
    if ip is None:
        return UNKNOWN_NETWORK
    if isinstance(ip, IPv4Address):
        return str(ip)
    return str(ip_network((ip, IPV6_PREFIX_LENGTH), strict=False))


def get_ip_country(request: HttpRequest) -> str:
    """The ISO 3166-1 country ("IN") of the client's IP, as a proxy of ours tells it.

    "" where no proxy is trusted, none tells, or none knows: "XX" stands for that, and "T1" for Tor
    (https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-ipcountry).
    """
    if not settings.IP_COUNTRY_HEADER or settings.TRUSTED_PROXY_COUNT < 1:
        return ""
    country = request.headers.get(settings.IP_COUNTRY_HEADER, "").strip().upper()
    is_country = len(country) == 2 and country.isascii() and country.isalpha() and country != "XX"
    return country if is_country else ""


def _peer(request: HttpRequest) -> str:
    return _normalise_ip(request.META.get("REMOTE_ADDR", ""))


@lru_cache(maxsize=4096)
def _normalise_ip(text: str) -> str:
    return str(_parse(text) or "")


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """The IP that a server or a proxy wrote, without port, brackets and zone; None for anything
    else, such as a Unix socket. An IPv4 address inside an IPv6 one (RFC 4291 §2.5.5.2) is itself.
    """
    spelling = _spelling(text)
    if spelling is None:
        return None
    written = spelling["bracketed"] or spelling["with_port"] or spelling["plain"]
    try:
        ip = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return mapped or ip

"""What somebody signs in with, in words its owner recognises: "Chrome on Android"."""

import re
from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest

from accounts.models.session import UNKNOWN_DEVICE, Device
from loopin.web.http import client_ip

# The first that is found names it: browsers also carry the names of those they descend from.
PROGRAMS = {
    "Loopin": "Loopin app",
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "UCBrowser/": "UC Browser",
    "FxiOS/": "Firefox",
    "Firefox/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
    "Mozilla/": "Browser",
    "okhttp/": "App",
    "Dart/": "App",
    "CFNetwork/": "App",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "CFNetwork/": "iOS",
    "iOS": "iOS",
    "Android": "Android",
    "okhttp/": "Android",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
_FIRST_WORD = re.compile(r"[A-Za-z][\w.-]{0,29}")


def device_of(request: HttpRequest) -> Device:
    return Device(label_of(request.headers.get("User-Agent", "")), _address(client_ip(request)))


def label_of(user_agent: str) -> str:
    """At most 60 characters: the program and the system, as far as they are known."""
    program = _first(PROGRAMS, user_agent)
    if program is None:
        first_word = _FIRST_WORD.match(user_agent)
        return first_word[0] if first_word else UNKNOWN_DEVICE.label
    system = _first(SYSTEMS, user_agent)
    return f"{program} on {system}" if system else program


def _first(names: dict[str, str], user_agent: str) -> str | None:
    return next((name for mark, name in names.items() if mark in user_agent), None)


def _address(text: str) -> str | None:
    """In its shortest spelling; None for what is no IP address, such as a Unix socket's."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)

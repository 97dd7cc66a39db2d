"""Names the device of a sign-in so that its owner recognises it: "Chrome on Android"."""

import re
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.models import Session
from accounts.models.known_device import DeviceProof
from accounts.models.session import UNKNOWN_DEVICE
from accounts.sessions import known_devices
from loopin.web.client_network import get_client_ip

# The first match counts, because browsers also name the browsers that they descend from.
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
TRANSLATED = {UNKNOWN_DEVICE, _("Loopin app"), _("Browser"), _("App")}
"""Labels to translate. All other names are brands."""

_FIRST_WORD = re.compile(r"[A-Za-z][\w.-]{0,29}")


@dataclass(frozen=True)
class Device:
    """The device of a request. `ip_address` is None if it is unknown.

    `proof`: what the device proves of an earlier sign-in, which may be revoked. `name`: what an app
    calls it, "" for nothing.
    """

    label: str = UNKNOWN_DEVICE
    ip_address: str | None = None
    proof: DeviceProof | None = None
    name: str = ""

    @property
    def client_ip(self) -> str:
        return self.ip_address or ""


UNKNOWN = Device()


def get_device(request: HttpRequest, name: str | None = None) -> Device:
    return Device(
        get_label(request.headers.get("User-Agent", "")),
        get_client_ip(request) or None,
        known_devices.get_proof(request),
        name or "",
    )


def shown_name(session: Session) -> str:
    """What the list of devices calls a device: as its app does, else by its program and system."""
    return session.device_name or translate_label(session.device)


def get_label(user_agent: str) -> str:
    """The program and the system as far as they are known, in at most 60 characters."""
    program = _first(PROGRAMS, user_agent)
    if program is None:
        first_word = _FIRST_WORD.match(user_agent)
        return first_word[0] if first_word else UNKNOWN_DEVICE
    system = _first(SYSTEMS, user_agent)
    return f"{program} on {system}" if system else program


def translate_label(label: str) -> str:
    """Translate what `get_label` returned, which is stored in English."""
    program, on, system = label.partition(" on ")
    program = gettext(program) if program in TRANSLATED else program
    if not on:
        return program
    return gettext("%(program)s on %(system)s") % {"program": program, "system": system}


def _first(names: dict[str, str], user_agent: str) -> str | None:
    return next((name for mark, name in names.items() if mark in user_agent), None)

"""What the API's description says about the API as a whole."""

from typing import Any

from django.conf import settings

from loopin.config.support_contact import get_link
from loopin.web import version_1

DESCRIPTION = f"""
Sign people up and in with their phone number and a short SMS code, or with e-mail and password.

Every answer has the keys `success`, `message`, `data` and `token`; errors add `code`, which never
changes, and for broken fields `errors`. The one exception is reading the profile, which answers the
bare profile. New keys may be added to answers, and new values to the lists of codes. Every address
works with and without a slash at its end. The guides are at [/docs/](/docs/), and every
code with what to do about it at [/docs/errors/](/docs/errors/).

{version_1.POLICY}
"""

LICENSE = {"name": "MIT", "identifier": "MIT"}
SERVERS = [{"url": "/", "description": "The site that serves this description."}]

TAGS = {
    "Phone authentication": "Sign up and in with a phone number: ask for a code, and exchange it"
    " for a session.",
    "Profile": "What people tell about themselves: complete it, read it, change it.",
    "Event interests": "The kinds of events that people can like.",
    "Pictures": "The pictures of a profile: add, list, order and remove them.",
    "Sessions": "Renew the token, list the signed-in devices, and sign them out.",
    "Account": "The account as a whole: another number, everything we hold, deletion.",
    "E-mail accounts": "Accounts that register with e-mail and password and verify their phone"
    " later. They share users, sessions and codes with the phone's.",
    "Leads (staff)": "The sales desk for programs, with a personal token or in a browser that staff"
    " signed in to.",
    "Services": "People and leads for programs, with the key of a service account.",
    "About": "The service itself: its version, and whether it works.",
}
"""What each group of operations is for, in the order in which the documentation shows them."""


def contact() -> dict[str, str]:
    """Whom developers ask: `SUPPORT_CONTACT`, or without one the site."""
    link = get_link(settings.SUPPORT_CONTACT)
    if link.startswith("mailto:"):
        return {"name": "Support", "email": settings.SUPPORT_CONTACT}
    return {"name": "Support", "url": link if link.startswith("https:") else settings.SITE_URL}


def whole() -> dict[str, Any]:
    """The parts of the document that are known before its operations are."""
    tags = [{"name": name, "description": text} for name, text in TAGS.items()]
    return {"info": {"license": LICENSE}, "tags": tags}

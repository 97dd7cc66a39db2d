"""Examines the site from where people stand: at SITE_URL, through the proxies in front."""

from collections.abc import Iterator

import requests
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from loopin import __version__
from loopin.doctor.registry import examination

TIMEOUTS = (3, 5)  # seconds to connect, and to read

NOT_REACHED = "Check the name's address, the certificate, the proxy, and that the server runs."
MENDS = {
    requests.codes.bad_request: "List the host's name, without the port, in ALLOWED_HOSTS, and let"
    " the proxy pass `Host` on.",
    requests.codes.moved_permanently: "Let the proxy set `X-Forwarded-Proto: https`, or SITE_URL"
    " name the address that people end up at.",
}
"""What an answer of the site's own, other than 200, comes from."""


@examination("site")
def site_answers_at_its_address() -> Iterator[CheckMessage]:
    """`GET /api/` says the version, so a page of another site is told apart."""
    if settings.SITE_URL_FOLLOWS_REQUESTS:
        return  # development is wherever it is asked
    try:
        answer = requests.get(f"{settings.SITE_URL}/api/", timeout=TIMEOUTS, allow_redirects=False)
    except requests.exceptions.SSLError:
        yield _unreachable("its certificate is not valid")
    except requests.exceptions.RequestException as error:
        yield _unreachable(_kind_of(error))
    else:
        yield from _examine(answer)


def _examine(answer: requests.Response) -> Iterator[CheckMessage]:
    if answer.status_code != requests.codes.ok:
        mend = MENDS.get(answer.status_code, NOT_REACHED)
        yield _unreachable(f"it answers {answer.status_code}", mend)
    elif __version__ not in answer.text:
        yield Warning(
            f"{settings.SITE_URL} is not at version {__version__}.",
            hint="Restart the servers after an upgrade, and see where the proxy leads.",
            id="loopin.W140",
        )
    elif settings.SITE_URL.startswith("https://") and settings.TRUSTED_PROXY_COUNT == 0:
        yield Error(
            "A proxy stands in front, since the server itself speaks no HTTPS, and"
            " TRUSTED_PROXY_COUNT is 0: all people share the limits of its IP.",
            hint="Set TRUSTED_PROXY_COUNT to the number of proxies: docs/deployment.md.",
            id="loopin.E141",
        )


def _unreachable(reason: str, mend: str = NOT_REACHED) -> Error:
    return Error(
        f"{settings.SITE_URL} cannot be opened: {reason}.",
        hint=mend,
        id="loopin.E140",
    )


def _kind_of(error: requests.exceptions.RequestException) -> str:
    """In words, without the address of what was asked."""
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer in time"
    return "no connection"

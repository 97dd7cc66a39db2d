"""Puts the checks together, and logs each change of what they find."""

import logging
import threading

from django.conf import settings

from loopin.errors import raises
from loopin.health import database, files
from loopin.health.errors import NotReady
from loopin.health.findings import UNANSWERED, Finding, Findings
from loopin.health.shared_probe import SharedProbe

FRESH_SECONDS = 1
"""How long an answer of the database counts for everybody, so that a flood of questions is one
probe a second."""

FILES_FRESH_SECONDS = 2
BUCKET_FRESH_SECONDS = 30

logger = logging.getLogger(__name__)


def _of_files(check: str) -> Findings:
    is_failure = check == "static" or not settings.S3_BUCKET
    return (Finding(check, UNANSWERED, is_failure=is_failure),)


PROBES = (
    SharedProbe(
        "health: database",
        database.check_database,
        limit_seconds=database.TIMEOUT_SECONDS,
        fresh_seconds=FRESH_SECONDS,
        unanswered=database.UNAVAILABLE,
    ),
    SharedProbe(
        "health: static",
        files.check_static,
        limit_seconds=files.STATIC_SECONDS,
        fresh_seconds=FILES_FRESH_SECONDS,
        unanswered=_of_files("static"),
    ),
    SharedProbe(
        "health: media",
        files.check_media,
        limit_seconds=files.MEDIA_SECONDS,
        fresh_seconds=BUCKET_FRESH_SECONDS if settings.S3_BUCKET else FILES_FRESH_SECONDS,
        unanswered=_of_files("media"),
    ),
)

_lock = threading.Lock()
_logged: dict[str, str] = {}
"""What the log was told last of each check that was not ok."""


def check() -> Findings:
    """What every check finds, each within 2 s and all at the same time."""
    for probe in PROBES:
        probe.start()
    found = tuple(finding for probe in PROBES for finding in probe.findings())
    _log_changes(found)
    return found


@raises(NotReady)
def require_ready() -> Findings:
    """What every check finds. Raises NotReady if one of them failed."""
    found = check()
    if any(finding.is_failure for finding in found):
        raise NotReady(found)
    return found


def _log_changes(found: Findings) -> None:
    global _logged  # noqa: PLW0603  one for the process
    wrong = {finding.check: finding.code for finding in found if not finding.is_ok}
    with _lock:
        if wrong == _logged:
            return
        _logged = wrong
    words = ", ".join(_described(finding) for finding in found if not finding.is_ok)
    if any(finding.is_failure for finding in found):
        logger.error("Not ready: %s", words)
    elif wrong:
        logger.warning("Ready, but degraded: %s", words)
    else:
        logger.info("Ready")


def _described(finding: Finding) -> str:
    detail = f" ({finding.detail})" if finding.detail else ""
    return f"{finding.check} {finding.code}{detail}"

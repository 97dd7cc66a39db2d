"""Writes into the log what operators should know when the server starts."""

import logging

from django.core.checks import run_checks

SAID_AT_START = "said_at_start"
"""The tag of system checks whose messages are logged at the start; `check --deploy` runs them."""

logger = logging.getLogger(__name__)


def log_checks() -> None:
    checks = run_checks(tags=[SAID_AT_START], include_deployment_checks=True)
    for found in sorted(checks, key=lambda check: str(check.id)):
        logger.log(found.level, "%s %s", found.msg, found.hint)

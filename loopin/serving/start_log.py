"""What the first web process of a server says of the settings before any serves."""

import logging
import sys

from django.core.checks import run_checks
from django.core.management.base import BaseCommand, SystemCheckError

SAID_AT_START = "said_at_start"
"""The tag of system checks whose messages are logged at the start; `check --deploy` runs them."""

logger = logging.getLogger(__name__)


def has_errors() -> bool:
    """Run Django's system checks as a command does, and write what they find."""
    try:
        BaseCommand().check()
    except SystemCheckError as error:
        sys.stderr.write(f"{error}\n")
        return True
    return False


def log_checks() -> None:
    """Write into the log what operators should know."""
    checks = run_checks(tags=[SAID_AT_START], include_deployment_checks=True)
    for found in sorted(checks, key=lambda check: str(check.id)):
        logger.log(found.level, "%s %s", found.msg, found.hint)

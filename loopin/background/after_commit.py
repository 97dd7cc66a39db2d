"""Runs what follows a commit. None of it fails the request, whose answer tells what was saved."""

import logging
from collections.abc import Callable
from functools import partial

from django.db import transaction

from loopin.logs.error_location import location_of

logger = logging.getLogger(__name__)


def after_commit(what: str, action: Callable[[], object]) -> None:
    """Run an action once the transaction around this call has committed, at once where none is.

    `what`: the action in a few words, for the log. What has to happen although the action fails, or
    the process ends before it, stands in a row that a periodic task finds.
    """
    transaction.on_commit(partial(attempt, what, action))


def attempt(what: str, action: Callable[[], object]) -> None:
    """Run an action whose failure is logged and goes no further, because what it tells of is
    committed, sent or refused already.

    The log has the kind of the error and its place. Its words may hold an address or a number.
    """
    try:
        action()
    except Exception as error:
        logger.error("%s failed: %s", what, location_of(error))  # noqa: TRY400  the words stay out

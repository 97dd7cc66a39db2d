"""Who works on an import, and for how long: the worker in turns, or a request if that is quick."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.translation import override

from leads.models import ImportBatch
from leads.models.import_state import ImportState
from leads.transfer.errors import ImportRefused
from leads.transfer.importing import leftovers, staging, undoing, writing
from loopin.background import periodic
from loopin.errors import DatabaseUnavailable, LoopinError, ServerError

logger = logging.getLogger(__name__)

TURN_SECONDS = 20
"""How long the worker stays with one import while others wait. Going on with a file reads it again
up to where it was."""

AT_ONCE_SECONDS = 2
"""How long a request works on an import; a few thousand rows are done then."""

READERS_HELP_AFTER = timedelta(seconds=5)
"""How long nobody must have worked on an import before its page does: no worker runs."""

MOST_SETBACKS = 5
"""How often in a row the database may refuse a step of an import before it is given up."""

STEPS: dict[str, Callable[[ImportBatch], Iterator[None]]] = {
    ImportState.READING: staging.steps,
    ImportState.WRITING: writing.steps,
    ImportState.UNDOING: undoing.steps,
}


def run() -> None:
    """Work on all imports that need it, each in its turn, until none does."""
    while not periodic.stopping.is_set() and (batch := ImportBatch.objects.lease()):
        _work(batch, seconds=TURN_SECONDS)


def work_at_once(batch_id: int) -> None:
    """Work on an import for as long as a request may, so that a small one is done."""
    _help(batch_id, idle=timedelta(0))


def help_out(batch_id: int) -> None:
    """Work on an import if nobody did for `READERS_HELP_AFTER`; else one statement."""
    _help(batch_id, idle=READERS_HELP_AFTER)


def _help(batch_id: int, *, idle: timedelta) -> None:
    if batch := ImportBatch.objects.filter(pk=batch_id).lease(idle=idle):
        _work(batch, seconds=AT_ONCE_SECONDS)


def _work(batch: ImportBatch, *, seconds: float) -> None:
    """Take steps until they end or the time is over. Each is a transaction of its own.

    A file that cannot be read ends the import, and so does whatever nobody has foreseen, since it
    would happen again. Raises OperationalError and InterfaceError: the database may be back soon.
    """
    try:
        with override(batch.language):
            _take_steps(batch, time.monotonic() + seconds)
        ImportBatch.objects.free(batch)
    except ImportRefused as refused:
        _fail(batch, refused)
    except (OperationalError, InterfaceError):
        with suppress(DatabaseError, InterfaceError):
            _set_back(batch)
        raise
    except Exception:
        logger.exception("Import %s failed", batch.pk)
        _fail(batch, ServerError())


def _take_steps(batch: ImportBatch, deadline: float) -> None:
    for _ in STEPS[batch.state](batch):
        if periodic.stopping.is_set() or time.monotonic() > deadline:
            return
    leftovers.delete_of(batch.pk)


def _set_back(batch: ImportBatch) -> None:
    """Leave an import to the next turn, or give it up."""
    if ImportBatch.objects.set_back(batch) >= MOST_SETBACKS:
        _fail(batch, DatabaseUnavailable())


def _fail(batch: ImportBatch, error: LoopinError) -> None:
    ImportBatch.objects.fail(batch, reason=str(error.message))
    leftovers.delete_of(batch.pk)

"""The examinations of `manage.py doctor`, each under the name of what it looks at.

An examination is written like one of Django's checks: a function that returns messages, each with
the mend as its hint. It may ask the database and the network, which a check may not, because checks
run at every command. `SILENCED_SYSTEM_CHECKS` leaves out its messages, too.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.checks import WARNING, CheckMessage, Error, Tags, run_checks
from django.db import DEFAULT_DB_ALIAS, OperationalError, ProgrammingError
from django.utils.module_loading import autodiscover_modules

from loopin.logs.error_location import location_of

Examination = Callable[[], Iterable[CheckMessage]]

SETTINGS = "settings"
"""The name of Django's checks with those of deployment and of the database."""

_examinations: dict[str, list[Examination]] = {SETTINGS: []}


def examination(subject: str) -> Callable[[Examination], Examination]:
    """`@examination("clock")` registers a function. Several may look at the same subject."""

    def register(examine: Examination) -> Examination:
        _examinations.setdefault(subject, []).append(examine)
        return examine

    return register


def _load() -> None:
    """Import what registers, the `examinations` of each app, which no process that serves needs:
    they bring libraries of their own."""
    autodiscover_modules("examinations")


def subjects() -> list[str]:
    """The names of everything that can be examined, in the order in which it is."""
    _load()
    return list(_examinations)


def examine(names: Iterable[str]) -> list[CheckMessage]:
    """The errors and warnings that were found at these subjects, the gravest first."""
    _load()
    found = [
        message
        for name in names
        for one in (CHECKS if name == SETTINGS else _examinations[name])
        for message in _asked(one)
        if message.level >= WARNING and not message.is_silenced()
    ]
    return sorted(found, key=lambda message: -message.level)


def checks_of_django() -> Iterable[CheckMessage]:
    """Development is not told what production needs."""
    return run_checks(include_deployment_checks=settings.IS_PRODUCTION)


def checks_of_the_database() -> Iterable[CheckMessage]:
    """By themselves, so that the others are told where the database is away."""
    return run_checks(
        tags=[Tags.database],
        include_deployment_checks=settings.IS_PRODUCTION,
        databases=[DEFAULT_DB_ALIAS],
    )


CHECKS = (checks_of_django, checks_of_the_database)


def _asked(ask: Examination) -> list[CheckMessage]:
    """An examination that fails is a finding too: whatever keeps it from looking keeps the product
    from working."""
    try:
        return list(ask())
    except Exception as error:  # the network, the disk and drivers fail in their own ways
        return [_failed(ask.__name__.replace("_", " "), error)]


def _failed(name: str, error: Exception) -> Error:
    if isinstance(error, OperationalError):
        reason = str(error).partition("\n")[0]
        return Error(
            f"The database does not answer: {reason}.",
            hint="Check DATABASE_URL, that the server runs, and that it lets this host in.",
            id="loopin.E102",
        )
    if isinstance(error, ProgrammingError):
        return Error(
            f"{name}: this cannot be examined in a database that is not of this release.",
            hint="Run: python manage.py migrate",
            id="loopin.E101",
        )
    return Error(
        f"{name}: this cannot be examined ({location_of(error)}).",
        hint="Mend what keeps this host from the database, the disk or the network.",
        id="loopin.E100",
    )

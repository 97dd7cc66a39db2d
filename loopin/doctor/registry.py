"""The examinations of `manage.py doctor`, each under the name of what it looks at.

An examination is written like one of Django's checks: a function that returns messages, each with
the mend as its hint. It may ask the database and the network, which a check may not, because checks
run at every command. `SILENCED_SYSTEM_CHECKS` leaves out its messages, too.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.checks import WARNING, CheckMessage, Error, run_checks

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


def subjects() -> list[str]:
    """The names of everything that can be examined, in the order in which it is."""
    return list(_examinations)


def examine(names: Iterable[str]) -> list[CheckMessage]:
    """The errors and warnings that were found at these subjects, the gravest first."""
    found = [
        message
        for name in names
        for one in ([checks_of_django] if name == SETTINGS else _examinations[name])
        for message in _asked(one)
        if message.level >= WARNING and not message.is_silenced()
    ]
    return sorted(found, key=lambda message: -message.level)


def checks_of_django() -> Iterable[CheckMessage]:
    """Development is not told what production needs."""
    return run_checks(include_deployment_checks=settings.IS_PRODUCTION, databases=["default"])


def _asked(ask: Examination) -> list[CheckMessage]:
    """An examination that fails is a finding too: whatever keeps it from looking keeps the product
    from working."""
    try:
        return list(ask())
    except Exception as error:  # the network, the disk and drivers fail in their own ways
        return [
            Error(
                f"{ask.__name__.replace('_', ' ')}: this cannot be examined"
                f" ({location_of(error)}).",
                hint="Mend what keeps this host from the database, the disk or the network.",
                id="loopin.E100",
            )
        ]

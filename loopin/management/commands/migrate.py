from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from loopin.database_roles.owner import connected_as_owner
from loopin.migrating.holders import watching
from loopin.migrating.retries import Retries
from loopin.migrating.session import own_session

WAIT_SECONDS = 600


class Command(migrate.Command):
    """Django's own, as the role that owns the tables where there is one, and beside a running site:
    it steps back from a lock that is not free, and tries again (docs/upgrades.md)."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--wait",
            type=float,
            default=WAIT_SECONDS,
            metavar="SECONDS",
            help=f"how long to try before giving up on a lock (default: {WAIT_SECONDS})",
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        with connected_as_owner(options["database"]):
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        connection = connections[options["database"]]
        seconds = options["wait"]
        with (
            own_session(connection, seconds=seconds, tell=self._tell),
            watching(connection, self._tell) as watch,
        ):
            retries = Retries(connection, watch, seconds=seconds, tell=self._tell)
            with connection.execute_wrapper(retries):
                retries.again(lambda: super(Command, self).handle(*args, **options))

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

from typing import Any

from django.core.management.commands import migrate

from loopin.database_roles.owner import connected_as_owner


class Command(migrate.Command):
    """Django's own, as the role that owns the tables where there is one."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with connected_as_owner(options["database"]):
            return super().execute(*args, **options)

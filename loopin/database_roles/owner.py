"""Lets `migrate` and `restore` connect as the role that owns the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from loopin.database_roles import grants


@contextmanager
def connected_as_owner(alias: str) -> Iterator[None]:
    """Connect by MIGRATION_DATABASE_URL while the block runs, and then let the runtime role in.

    Nothing happens where that is not set, or for another database than the default one.

    Raises:
        CommandError: the address of the runtime role names no role, or one that does not exist.
    """
    if settings.MIGRATION_DATABASE is None or alias != DEFAULT_DB_ALIAS:
        yield
        return
    connection = connections[alias]
    runtime = dict(connection.settings_dict)
    if not runtime["USER"]:
        raise CommandError("MIGRATION_DATABASE_URL is set: name the role in DATABASE_URL too.")
    connection.close()
    connection.settings_dict.update(settings.MIGRATION_DATABASE)
    try:
        yield
        grants.let_in(connection, runtime["USER"])
    finally:
        connection.close()
        connection.settings_dict.update(runtime)

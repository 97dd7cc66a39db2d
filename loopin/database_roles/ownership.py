"""Tells whether the role that the product runs as could change the schema."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, connection

from loopin.sql import fetch_row

# A member of the owner counts as the owner, and a superuser as a member of every role.
OWNED = """
SELECT current_user, count(*) FILTER (WHERE pg_has_role(relowner, 'MEMBER'))
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""


def owned_tables() -> tuple[str, int]:
    """The name of the role that is connected, and how many tables it could alter."""
    role, count = fetch_row(OWNED, []) or ("", 0)
    return str(role), int(count)


@register(Tags.database, deploy=True)
def runtime_role_owns_no_table(**kwargs: Any) -> list[CheckMessage]:
    """Runs with `check --deploy --database default`, because it asks the database."""
    if DEFAULT_DB_ALIAS not in (kwargs["databases"] or []):
        return []
    role, count = owned_tables()
    if not connection.in_atomic_block:
        connection.close()
    if not count:
        return []
    return [
        Warning(
            f'The role "{role}" owns {count} tables, so whoever gets to run a statement as the'
            " product can switch off the triggers that keep the timeline append-only.",
            hint="Run deploy/postgresql/roles.sql, and set MIGRATION_DATABASE_URL for `migrate`.",
            id="loopin.W010",
        )
    ]

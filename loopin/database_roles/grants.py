"""What the runtime role may do: read and write rows. It owns nothing.

So TRUNCATE, ALTER TABLE (which could switch a trigger off), DROP, CREATE and everything else that
changes the schema are refused, and the triggers that keep tables append-only bind the product too.
"""

from django.core.management.base import CommandError
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

# Also for tables to come, which a migration or a function of the owner makes, so that the product
# can use them at once. Of migrations it only reads which ones there are.
LET_IN = """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO {role};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
"""

IS_ANOTHER = "SELECT %s <> current_user AND EXISTS (SELECT FROM pg_roles WHERE rolname = %s)"


def let_in(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give the role what the product needs; it may be repeated, and has to be after each migrate.

    Raises:
        CommandError: there is no such role, or it is the one that owns the tables.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(IS_ANOTHER, [role, role])
        if not cursor.fetchone()[0]:
            raise CommandError(
                f"DATABASE_URL has to name another role than MIGRATION_DATABASE_URL, and one that"
                f' exists; it names "{role}". deploy/postgresql/roles.sql makes both.'
            )
        cursor.execute(sql.SQL(LET_IN).format(role=sql.Identifier(role)).as_string(None))

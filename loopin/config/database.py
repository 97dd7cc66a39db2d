"""Which PostgreSQL to use, and how to talk to it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from psycopg.conninfo import conninfo_to_dict
from pydantic import Field

from loopin.config.secret_files import Secret
from loopin.config.variables import BaseVariables, DatabaseAddress, RequiredInProduction

REPLICA = "replica"
"""The alias of the replica in Django's `DATABASES`."""

CONNECT_TIMEOUT_SECONDS = 2
STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000

TIME_LIMITS = {
    "statement_timeout": STATEMENT_TIMEOUT_MS,
    "lock_timeout": LOCK_TIMEOUT_MS,
    "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
}
"""In milliseconds, by PostgreSQL's names of them."""

SESSION_OPTIONS = " ".join(
    f"-c {name}={value}" for name, value in (TIME_LIMITS | {"TimeZone": "UTC"}).items()
)
"""Sent when a connection is opened, so that they need no statement."""

PROCESS_NAMES = {"serve": "web", "work": "worker"}
"""How processes are called that are not called by their command."""

MAX_NAME_BYTES = 63
"""PostgreSQL cuts longer names: NAMEDATALEN - 1."""


class DatabaseVariables(BaseVariables):
    """The database.

    Set DATABASE_URL, or the parts that begin with DB_. Development may leave out both: it then
    starts a PostgreSQL of its own under var/.
    """

    DB_NAME: str = Field(
        "",
        description="The name of the database. The other parts count when this one is set and"
        " DATABASE_URL is not.",
        examples=["loopin"],
    )
    DB_USER: str = Field(
        "",
        description="The role to connect as. Empty: the name of the system's user.",
        examples=["loopin"],
    )
    DB_PASSWORD: Annotated[str, Secret()] = Field("", description="The password of the role.")
    DB_HOST: str = Field(
        "",
        description="The server's host, or the folder of its socket. Empty: libpq's default"
        " socket.",
        examples=["localhost"],
    )
    DB_PORT: int = Field(5432, ge=1, le=65535, description="The server's port.")
    DATABASE_URL: Annotated[
        DatabaseAddress, RequiredInProduction(unless=("DB_NAME",)), Secret()
    ] = Field(
        "",
        description="The whole address in one: whatever libpq understands, sockets and sslmode"
        " included. It wins over the parts. Its `options` add to the time limits of our sessions,"
        " and win over those that they name.",
        examples=["postgresql://loopin:password@db.example.com:5432/loopin?sslmode=require"],
    )
    MIGRATION_DATABASE_URL: Annotated[DatabaseAddress, Secret()] = Field(
        "",
        description="The same database by the role that owns its tables, directly and not through"
        " a pooler. `migrate` and `restore` alone use it, and let the role of DATABASE_URL read and"
        " write rows and nothing else. Give it to no other command. Without it, they use"
        " DATABASE_URL.",
        examples=["postgresql://loopin_owner:password@db.example.com:5432/loopin?sslmode=require"],
    )
    DATABASE_REPLICA_URL: Annotated[DatabaseAddress, Secret()] = Field(
        "",
        description="The address of a physical replica (streaming replication), if there is one:"
        " the desk's lists, the insights and the rows of exports are read there while it has caught"
        " up, and from the primary otherwise.",
        examples=["postgresql://loopin:password@replica.example.com:5432/loopin?sslmode=require"],
    )
    DB_POOLED: bool = Field(
        False,
        description="Whether the address is that of PgBouncer in transaction mode. If so, no"
        " statements are prepared, and the role has to set its own time limits: see"
        " docs/deployment.md.",
    )


def database_settings(env: DatabaseVariables) -> dict[str, Any]:
    """Django's `DATABASES["default"]`: the server that was named, else the embedded one."""
    server = _server(env)
    named = server.get("OPTIONS", {})
    options = _options(env) | named
    if not env.DB_POOLED:
        # The last one counts, where an option is given twice.
        options["options"] = f"{SESSION_OPTIONS} {named.get('options', '')}".strip()
    return {
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": env.DB_POOLED,
        **server,
        "OPTIONS": options,
    }


def migration_database_settings(env: DatabaseVariables) -> dict[str, Any] | None:
    """The same database by the role that owns its tables; None if one role does everything."""
    if not env.MIGRATION_DATABASE_URL:
        return None
    return _settings_at(env.MIGRATION_DATABASE_URL, env, DB_POOLED=False)


def replica_settings(env: DatabaseVariables) -> dict[str, dict[str, Any]]:
    """`DATABASES["replica"]`, if there is one."""
    if not env.DATABASE_REPLICA_URL:
        return {}
    return {REPLICA: _settings_at(env.DATABASE_REPLICA_URL, env)}


def _settings_at(url: str, env: DatabaseVariables, **changes: Any) -> dict[str, Any]:
    return database_settings(env.model_copy(update={"DATABASE_URL": url, **changes}))


def _server(env: DatabaseVariables) -> dict[str, Any]:
    if env.DATABASE_URL:
        return _from_url(env.DATABASE_URL)
    if not env.DB_NAME:
        return {"ENGINE": "loopin.embedded", "NAME": "loopin"}
    return {
        "ENGINE": "loopin.postgresql",
        "NAME": env.DB_NAME,
        "USER": env.DB_USER,
        "PASSWORD": env.DB_PASSWORD,
        "HOST": env.DB_HOST,
        "PORT": str(env.DB_PORT),
    }


def _from_url(url: str) -> dict[str, Any]:
    """Let libpq read the URL, so that everything it understands works: sockets, sslmode,
    options."""
    parts = conninfo_to_dict(url)
    fields = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    return {
        "ENGINE": "loopin.postgresql",
        **{name: parts.pop(part, "") or "" for name, part in fields.items()},
        "PORT": str(parts.pop("port", "") or ""),
        "OPTIONS": parts,
    }


def _options(env: DatabaseVariables) -> dict[str, Any]:
    """Parameters travel apart from their statement, which is prepared when it is seen again.

    A pooler in transaction mode hands each transaction another connection: statements prepared on
    the last one are not there, and what is set when a connection starts belongs to the role.
    """
    return {
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "server_side_binding": True,
        "fallback_application_name": process_name(sys.argv),
        "prepare_threshold": None if env.DB_POOLED else 1,
    }


def process_name(arguments: Sequence[str]) -> str:
    """What `pg_stat_activity` calls a process by its command line: `loopin web`, `loopin worker`,
    `loopin migrate` and so on, `loopin` where no command runs. A process of `serve` has the command
    line of the server. An `application_name` in DATABASE_URL, and PGAPPNAME, win.
    """
    program, command = [*arguments, "", ""][:2]
    if Path(program).name not in ("manage.py", "django-admin", "__main__.py"):
        return "loopin"
    return f"loopin {PROCESS_NAMES.get(command, command)}"[:MAX_NAME_BYTES].rstrip()

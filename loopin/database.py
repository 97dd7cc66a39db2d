"""Which PostgreSQL to use, and how to talk to it."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from loopin.environment import Environment

CONNECT_TIMEOUT_SECONDS = 2
STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000

OPTIONS = {
    "connect_timeout": CONNECT_TIMEOUT_SECONDS,
    # Parameters travel apart from the statement, which is prepared the second time it is seen.
    "server_side_binding": True,
    "prepare_threshold": 1,
    # Part of the connection's start-up, so no statement is spent on them. Behind PgBouncer set
    # them with ALTER ROLE and give `?options=` in DATABASE_URL.
    "options": (
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
        " -c idle_in_transaction_session_timeout=10000 -c TimeZone=UTC"
    ),
}


def database_settings(env: Environment) -> dict[str, Any]:
    """Django's `DATABASES["default"]`: the server that was named, else the embedded one."""
    common = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    if env.DATABASE_URL:
        return common | _from_url(env.DATABASE_URL)
    if env.DB_NAME:
        return common | {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": env.DB_NAME,
            "USER": env.DB_USER,
            "PASSWORD": env.DB_PASSWORD,
            "HOST": env.DB_HOST,
            "PORT": str(env.DB_PORT),
            "OPTIONS": OPTIONS,
        }
    return common | {"ENGINE": "loopin.embedded", "NAME": "loopin", "OPTIONS": OPTIONS}


def _from_url(url: str) -> dict[str, Any]:
    """libpq itself reads the URL, so whatever it understands works: sockets, sslmode, options."""
    parts = conninfo_to_dict(url)
    fields = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{name: parts.pop(part, "") or "" for name, part in fields.items()},
        "PORT": str(parts.pop("port", "") or ""),
        "OPTIONS": OPTIONS | parts,
    }

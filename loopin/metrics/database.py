"""Reads how the database is: connections, the oldest transaction, and the sizes of tables."""

from collections.abc import Iterator

from loopin.metrics.declarations import Label, ReadGauge, Sample
from loopin.sql import fetch_row, fetch_rows

CONNECTIONS = ReadGauge(
    "loopin_database_connections", "Connections to the server, whosever and to whatever database."
)
MAX_CONNECTIONS = ReadGauge(
    "loopin_database_max_connections", "How many connections the server takes."
)
OLDEST_TRANSACTION = ReadGauge(
    "loopin_database_oldest_transaction_seconds",
    "The age of the oldest open transaction, as far as the role may see those of others"
    " (`GRANT pg_read_all_stats`).",
)
TABLE_BYTES = ReadGauge(
    "loopin_table_bytes",
    "The size of a table with its indexes; partitions are added up.",
    Label("table", "its name"),
)
TABLE_ROWS = ReadGauge(
    "loopin_table_rows",
    "About how many rows a table has, as PostgreSQL counts them for autovacuum.",
    Label("table", "its name"),
)

_SERVER = """
SELECT (SELECT sum(numbackends) FROM pg_stat_database),
       current_setting('max_connections')::int,
       (SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(xact_start)), 0)
        FROM pg_stat_activity WHERE datid IS NOT NULL AND pid <> pg_backend_pid())
"""

_TABLES = """
SELECT COALESCE(pg_partition_root(relid)::regclass::text, relname),
       sum(pg_total_relation_size(relid)), sum(n_live_tup)
FROM pg_stat_user_tables WHERE schemaname = current_schema()
GROUP BY 1
"""


def read_server() -> Iterator[Sample]:
    """Connections and the oldest transaction; one statement."""
    row = fetch_row(_SERVER, [])
    for gauge, value in zip(
        (CONNECTIONS, MAX_CONNECTIONS, OLDEST_TRANSACTION), row or (), strict=True
    ):
        yield gauge.sample(value)


def read_tables() -> Iterator[Sample]:
    """How large the tables are; one statement, which reads no table."""
    for table, size, rows in fetch_rows(_TABLES, []):
        yield TABLE_BYTES.sample(size, table)
        yield TABLE_ROWS.sample(rows, table)

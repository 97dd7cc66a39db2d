"""The functions that keep the order of events (loopin/statements/event_order.py says how), for any table.

The name begins with an underscore because Django takes every other module here for a migration.
"""

# A lock has a number of 64 bits: the highest 16 say whose it is, so that no other lock of the
# database is taken for one of these; the others are the highest id drawn before. `pg_locks` shows
# both halves. One lock is enough for a transaction, however many events it writes: a setting says
# that it has one. Both go when a savepoint is rolled back, and both stay when it is released.
#
# The trigger runs before the statement computes any id.
CREATE = """
CREATE FUNCTION {app}_hold_event_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text := current_setting('loopin.{app}_event_order', TRUE);
BEGIN
    IF COALESCE(held, '') = '' THEN
        PERFORM pg_advisory_xact_lock_shared({number}::bigint << 48
            | CASE WHEN is_called THEN last_value ELSE last_value - 1 END)
        FROM {table}_id_seq;
        held := set_config('loopin.{app}_event_order', 'held', TRUE);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION {app}_look_at_events(OUT drawn bigint, OUT complete bigint)
LANGUAGE plpgsql AS $$
BEGIN
    IF pg_is_in_recovery() THEN
        RAISE EXCEPTION 'The writers of events are not known on a standby.'
        USING ERRCODE = 'object_not_in_prerequisite_state',
              HINT = 'Call {app}_look_at_events() on the primary.';
    END IF;
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END INTO STRICT drawn
    FROM {table}_id_seq;
    -- After the line above, and only then: whoever draws an id later has a higher one.
    SELECT LEAST(drawn, min((classid::bigint << 32 | objid::bigint) & (1::bigint << 48) - 1))
    INTO complete FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = {number}
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
END $$;
"""

DROP = """
DROP FUNCTION {app}_look_at_events();
DROP FUNCTION {app}_hold_event_order();
"""

# Waits until every transaction has ended that wrote events without a lock.
HOLD = """
CREATE TRIGGER event_order_is_held BEFORE INSERT ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {app}_hold_event_order();
"""

LET_GO = "DROP TRIGGER event_order_is_held ON {table}"

# The same function without a query, which costs five times as much as an expression; only before
# the first id is drawn does it take one. Another transaction may draw that id in between: then the
# number is lower than it could be, which is safe. The result of the lock is void.
HOLD_BY_EXPRESSION = """
CREATE OR REPLACE FUNCTION {app}_hold_event_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text := current_setting('loopin.{app}_event_order', TRUE);
    drawn bigint;
BEGIN
    IF COALESCE(held, '') = '' THEN
        drawn := pg_sequence_last_value('{table}_id_seq');
        IF drawn IS NULL THEN
            SELECT last_value - 1 INTO STRICT drawn FROM {table}_id_seq;
        END IF;
        held := pg_advisory_xact_lock_shared({number}::bigint << 48 | drawn);
        held := set_config('loopin.{app}_event_order', 'held', TRUE);
    END IF;
    RETURN NULL;
END $$;
"""


def statements(app, table, number):
    """What makes the order of a table's events, and what undoes it. `number`: of its locks, less
    than 2**15."""
    names = {"app": app, "table": table, "number": number}
    return [
        (CREATE.format(**names), DROP.format(**names)),
        (HOLD.format(**names), LET_GO.format(**names)),
    ]


def hold_by_expression(app, table, number):
    """The function of the same table and number without a query, and what takes that back."""
    names = {"app": app, "table": table, "number": number}
    by_query, _, _ = CREATE.format(**names).partition(f"CREATE FUNCTION {app}_look_at_events")
    replaced = by_query.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    return HOLD_BY_EXPRESSION.format(**names), replaced

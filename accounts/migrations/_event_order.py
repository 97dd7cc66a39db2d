"""The functions that keep the order of events (loopin/event_order.py says how), for any table.

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


def statements(app, table, number):
    """What makes the order of a table's events, and what undoes it. `number`: of its locks, less
    than 2**15."""
    names = {"app": app, "table": table, "number": number}
    return [
        (CREATE.format(**names), DROP.format(**names)),
        (HOLD.format(**names), LET_GO.format(**names)),
    ]

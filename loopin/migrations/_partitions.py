"""How a table of events is partitioned by month while the product runs, and its months are kept.

The name begins with an underscore because Django takes every other module here for a migration.

A table becomes the first partition of another one that takes its name. Nothing is copied: what lay
in it stays there, up to the end of the next month. It takes three migrations, one for each of the
functions below.

A month begins at midnight UTC. What has no month lies in the default partition: that happens when
no worker has run for two months. The default partition then becomes a month itself, and an empty
one takes its place, so that no row is moved.
"""

from django.db import migrations

# The name of each partition and where it ends; the default partition ends nowhere.
MONTHS = """
CREATE FUNCTION loopin_months(partitioned text, OUT name text, OUT upto timestamptz)
RETURNS SETOF record LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO' AS $$
    SELECT relname::text,
           substring(pg_get_expr(relpartbound, pg_class.oid) FROM 'TO \\(''([^'']+)''\\)')::timestamptz
    FROM pg_class JOIN pg_inherits ON inhrelid = pg_class.oid
    WHERE inhparent = ('public.' || quote_ident(partitioned))::regclass
$$
"""

# Inside the two functions that follow `current_user` is the owner. Who called them has to have the
# right to write, or to delete, the rows themselves: everybody who can connect may call a function,
# and a restore brings no grants back.
REFUSE = """
    IF NOT has_table_privilege(COALESCE(NULLIF(current_setting('role'), 'none'), session_user),
                               format('public.%I', partitioned), '{right}') THEN
        RAISE EXCEPTION 'permission denied for table %', partitioned
        USING ERRCODE = 'insufficient_privilege';
    END IF;"""

# Takes no month and no SQL, so that who calls it can make what the worker makes, and nothing else.
# ATTACH lets reads and writes of the table pass, and locks the default partition alone.
MAKE = """
CREATE FUNCTION loopin_make_month(partitioned text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET datestyle = 'ISO' SET timezone = 'UTC' SET lock_timeout = '1s' AS $$
DECLARE
    this_month CONSTANT timestamptz := date_trunc('month', now());
    catch_all CONSTANT text := partitioned || '_default';
    begins timestamptz;
    ends timestamptz;
    month text;
    is_needed boolean;
BEGIN
{refuse}
    EXECUTE format('LOCK TABLE ONLY public.%I IN SHARE UPDATE EXCLUSIVE MODE', partitioned);
    SELECT max(upto) INTO begins FROM loopin_months(partitioned);
    IF begins IS NULL THEN
        RAISE EXCEPTION '% has no months', partitioned;
    ELSIF begins >= this_month + interval '3 months' THEN
        RETURN NULL;
    END IF;
    ends := GREATEST(begins, this_month) + interval '1 month';
    month := partitioned || to_char(begins, '_YYYY_MM');
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE created_at >= $1 AND created_at < $2)',
                   catch_all) INTO is_needed USING begins, ends;
    IF is_needed THEN
        EXECUTE format('LOCK TABLE ONLY public.%I IN ACCESS EXCLUSIVE MODE', partitioned);
        EXECUTE format('ALTER TABLE public.%I DETACH PARTITION public.%I', partitioned, catch_all);
        EXECUTE format('ALTER TABLE public.%I RENAME TO %I', catch_all, month);
    ELSE
        EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', month, partitioned);
    END IF;
    EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                   partitioned, month, begins, ends);
    IF is_needed THEN
        EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I DEFAULT', catch_all, partitioned);
    END IF;
    RETURN month;
END $$
""".replace("{refuse}", REFUSE.format(right="INSERT").strip("\n"))

# Rows go with their month as they go by DELETE: in a transaction that may delete (loopin/sql.py).
DROP = """
CREATE FUNCTION loopin_drop_month(partitioned text, before timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    month text;
BEGIN
{refuse}
    IF current_setting('loopin.is_erasing', TRUE) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION '% is append-only', partitioned USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT name INTO month FROM loopin_months(partitioned)
    WHERE upto <= LEAST(before, now()) ORDER BY upto LIMIT 1;
    IF month IS NOT NULL THEN
        EXECUTE format('DROP TABLE public.%I', month);
    END IF;
    RETURN month;
END $$
""".replace("{refuse}", REFUSE.format(right="DELETE").strip("\n"))

FUNCTIONS = [
    migrations.RunSQL(MONTHS, "DROP FUNCTION loopin_months(text)"),
    migrations.RunSQL(MAKE, "DROP FUNCTION loopin_make_month(text)"),
    migrations.RunSQL(DROP, "DROP FUNCTION loopin_drop_month(text, timestamptz)"),
]

# Each does nothing if the table is partitioned. Backwards nothing happens: it stays partitioned,
# because the code before runs on it.
IS_PARTITIONED = "(SELECT relkind = 'p' FROM pg_class WHERE oid = 'public.{table}'::regclass)"

# Holds from the first of these migrations to the last one; made anew if the first is repeated.
BOUND = """
DO $$ BEGIN
    IF NOT {is_partitioned} THEN
        EXECUTE format(
            'ALTER TABLE public.{table} DROP CONSTRAINT IF EXISTS {table}_is_first, '
            'ADD CONSTRAINT {table}_is_first CHECK (created_at < %L) NOT VALID',
            (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months')
            AT TIME ZONE 'UTC');
    END IF;
END $$
"""

VALIDATE = """
DO $$ BEGIN
    IF NOT {is_partitioned} THEN
        ALTER TABLE public.{table} VALIDATE CONSTRAINT {table}_is_first;
    END IF;
END $$
"""

# What can be read of the table before is made for the new one from what PostgreSQL says of it:
# defaults, checks, indexes, triggers and grants. The sequence goes with the identity and is made
# anew under its name where it stood, because 14 to 16 know no identity of partitions, and 17 takes
# no partition that has one.
PARTITION = """
DO $$
DECLARE
    ends timestamptz;
    sequence record;
    statement text;
    statements text[];
BEGIN
    IF {is_partitioned} THEN
        RETURN;
    END IF;
    LOCK TABLE public.{table} IN ACCESS EXCLUSIVE MODE;
    SELECT substring(pg_get_constraintdef(oid) FROM '''([^'']+)''')::timestamptz INTO STRICT ends
    FROM pg_constraint
    WHERE conrelid = 'public.{table}'::regclass AND conname = '{table}_is_first' AND convalidated;
    SELECT last_value, is_called INTO sequence FROM public.{table}_id_seq;
    SELECT array_agg(made ORDER BY part, made) INTO statements FROM (
        SELECT 1 AS part, pg_get_indexdef(indexrelid) AS made FROM pg_index
        WHERE indrelid = 'public.{table}'::regclass AND NOT indisprimary
        UNION ALL
        SELECT 2, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE tgrelid = 'public.{table}'::regclass AND NOT tgisinternal
        UNION ALL
        SELECT 3, format('GRANT %s ON %s public.%I TO %s', privilege_type,
                         CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, relname,
                         CASE grantee WHEN 0 THEN 'PUBLIC'
                         ELSE quote_ident(pg_get_userbyid(grantee)) END)
        FROM pg_class, aclexplode(relacl)
        WHERE oid IN ('public.{table}'::regclass, 'public.{table}_id_seq'::regclass)
          AND grantee <> relowner
    ) AS parts;

    ALTER TABLE public.{table} ALTER COLUMN id DROP IDENTITY;
    CREATE SEQUENCE public.{table}_id_seq;
    PERFORM setval('public.{table}_id_seq', sequence.last_value, sequence.is_called);
    ALTER TABLE public.{table} ALTER COLUMN id SET DEFAULT nextval('public.{table}_id_seq');

    FOR statement IN
        SELECT format('DROP TRIGGER %I ON public.{table}', tgname) FROM pg_trigger
        WHERE tgrelid = 'public.{table}'::regclass AND NOT tgisinternal
        UNION ALL
        SELECT format('ALTER INDEX public.%I RENAME TO %I', relname, left(relname, 57) || '_first')
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE indrelid = 'public.{table}'::regclass
    LOOP
        EXECUTE statement;
    END LOOP;
    ALTER TABLE public.{table} RENAME TO {table}_first;
    CREATE TABLE public.{table} (
        LIKE public.{table}_first INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE
    ) PARTITION BY RANGE (created_at);
    ALTER TABLE public.{table} DROP CONSTRAINT {table}_is_first;
    ALTER SEQUENCE public.{table}_id_seq OWNED BY public.{table}.id;
    FOREACH statement IN ARRAY statements LOOP
        EXECUTE statement;
    END LOOP;
    EXECUTE format('ALTER TABLE public.{table} ATTACH PARTITION public.{table}_first '
                   'FOR VALUES FROM (MINVALUE) TO (%L)', ends);
    ALTER TABLE public.{table}_first DROP CONSTRAINT {table}_is_first;
    CREATE TABLE public.{table}_default PARTITION OF public.{table} DEFAULT;
    WHILE loopin_make_month('{table}') IS NOT NULL LOOP
    END LOOP;
END $$
"""


def for_table(table, statement):
    statement = statement.replace("{is_partitioned}", IS_PARTITIONED).replace("{table}", table)
    return migrations.RunSQL(statement, migrations.RunSQL.noop)


def bound(table):
    """The first: an index by which a row is unique in its month, and where the first month ends.

    Needs `atomic = False`. The last has to follow before the end of the next month, because later
    rows are refused meanwhile.
    """
    index = "CREATE UNIQUE INDEX CONCURRENTLY {table}_id_created_at ON {table} (id, created_at)"
    return [for_table(table, index), for_table(table, BOUND)]


def validate(table):
    """The second. It reads the whole table, and stops nobody."""
    return [for_table(table, VALIDATE)]


def partition(table):
    """The third. The table is locked while its entries in the catalogue are written."""
    return [for_table(table, PARTITION)]

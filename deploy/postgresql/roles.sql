-- Two roles and a database: `owner` migrates and owns every table, `runtime` reads and writes rows.
-- Run it as an administrator of the server, connected to any other database. It may be repeated.
--
--     psql --file=deploy/postgresql/roles.sql \
--         --set=database=loopin --set=owner=loopin_owner --set=runtime=loopin
--
-- A site that has run with one role makes that one the owner, and gets another to run with:
-- --set=owner=loopin --set=runtime=loopin_app.
--
-- The roles get no passwords here, where others would read them in the list of processes: with
-- `peer` authentication they need none; otherwise `\password loopin_owner` sets one.
-- What the runtime role may do is granted by each `migrate` that is told MIGRATION_DATABASE_URL.
\set ON_ERROR_STOP on

SELECT EXISTS (
    SELECT FROM pg_database WHERE datname = :'database' AND pg_get_userbyid(datdba) <> :'owner'
) AS is_of_another \gset
\if :is_of_another
    \warn The database :database is there, and :owner does not own it: docs/production.md, "Two roles". Nothing was changed.
    SELECT 'refused'::int;
\endif

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY[:'owner', :'runtime']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

-- Nothing binds a superuser, and a member of the owner can do what the owner can.
SELECT rolsuper OR rolcreaterole OR pg_has_role(oid, :'owner', 'MEMBER') AS is_unbound
FROM pg_roles WHERE rolname = :'runtime' \gset
\if :is_unbound
    \warn The role :runtime may do too much to run the product with: choose another one.
    SELECT 'refused'::int;
\endif

SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"runtime";

\connect :"database"

-- A database that came from PostgreSQL 14 lets everybody create in this schema, and its owner grant
-- nothing in it.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO :"runtime";

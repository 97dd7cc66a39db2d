#!/bin/sh
# Runs once, in the container of PostgreSQL, when its volume is empty. The roles get the passwords of the
# addresses that the product is given.
set -eu
psql="psql --no-psqlrc --quiet --username=postgres --set=ON_ERROR_STOP=1"
$psql --set=database=loopin --set=owner=loopin_owner --set=runtime=loopin --file="${ROLES:-/roles.sql}" postgres
for name in database_url migration_database_url; do
    SECRET=${SECRETS:-/run/secrets}/$name $psql postgres <<'SQL'
\set role `sed -E 's#^[a-z]+://([^:]+):.*#\1#' "$SECRET"`
\set password `sed -E 's#^[a-z]+://[^:]+:([^@]+)@.*#\1#' "$SECRET"`
ALTER ROLE :"role" PASSWORD :'password';
SQL
done

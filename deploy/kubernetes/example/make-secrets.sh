#!/bin/sh
# Makes the files of the secrets: keys that are drawn, and empty ones for what only you know. Those that are
# there stay. Keep them out of the repository, and a copy of them in another place.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
for name in secret_key jwt_secret_key encryption_keys; do
    [ -s "secrets/$name" ] || head -c 48 /dev/urandom | base64 | tr '+/' '-_' >"secrets/$name"
done
for name in database_url migration_database_url twilio_auth_token s3_secret_access_key; do
    [ -s "secrets/$name" ] || { : >"secrets/$name"; echo "Write into $PWD/secrets/$name: $name"; }
done

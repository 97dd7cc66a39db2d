#!/bin/sh
# Makes the secrets that compose.yaml hands to the containers, each in a file; those that are there stay.
# The folder keeps others out. The files themselves have to be readable for the users in the containers.
set -eu
cd "$(dirname "$0")"
umask 022
mkdir -p secrets legal
chmod 0700 secrets
random() { head -c 48 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }
keep() { [ -s "secrets/$1" ] || printf '%s\n' "$2" >"secrets/$1"; }

for name in secret_key jwt_secret_key encryption_keys postgres_password; do
    keep "$name" "$(random)"
done
keep database_url "postgresql://loopin:$(random)@db/loopin"
keep migration_database_url "postgresql://loopin_owner:$(random)@db/loopin"
[ -s secrets/twilio_auth_token ] || {
    : >secrets/twilio_auth_token
    echo "Write Twilio's auth token into $PWD/secrets/twilio_auth_token."
}

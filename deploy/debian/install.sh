#!/bin/bash
# From an empty Debian (12 or later) to a running Loopin: PostgreSQL, the product, its services, and
# Caddy in front, which gets the certificate by itself. Run it from a checkout, as root:
#
#     deploy/debian/install.sh loopin.example
#
# Run it again to upgrade, from a newer checkout: settings, secrets and data stay.
#
# --files-only DESTDIR   only lay out the files that need neither root nor a network, below DESTDIR
set -euo pipefail
umask 022

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SOURCE=$(cd "$HERE/../.." && pwd)
PACKAGES=(python3 python3-venv postgresql postgresql-client caddy ca-certificates curl util-linux)
DATABASE=loopin OWNER=loopin-owner RUNTIME=loopin  # the users' own names: `peer` needs no passwords
KEPT_RELEASES=3

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
has_systemd() { [ -d /run/systemd/system ]; }
is_upgrade() { grep -qs '^# Loopin behind Caddy' /etc/caddy/Caddyfile; }
as() { (cd / && exec setpriv --reuid="$1" --regid="$1" --init-groups "${@:2}"); }

read_arguments() {
    ROOT=""
    if [ "${1-}" = --files-only ]; then
        ROOT=${2:?--files-only needs a folder}
        shift 2
    fi
    HOST=${1-}
    [[ $HOST =~ ^[a-z0-9-]+(\.[a-z0-9-]+)+$ ]] || fail "name the host, such as: install.sh loopin.example"
    [ -n "$ROOT" ] || [ "$(id -u)" = 0 ] || fail "run it as root."
}

# Caddy needs both. Debian starts it with a page of its own before its settings are there.
check_ports() {
    local port
    if is_upgrade || systemctl is-active --quiet caddy 2>/dev/null; then return; fi
    for port in 80 443; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            fail "port $port is taken by another program, and Caddy needs it. \`ss -ltnp\` names it: stop it first. \
Nothing was changed."
        fi
    done
}

install_packages() {
    say "Packages of Debian"
    export DEBIAN_FRONTEND=noninteractive
    dpkg --configure -a  # apt refuses to work while something is half installed
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${PACKAGES[@]}"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or later is needed."
}

# One runs the product. The other one runs `migrate`, and owns the tables.
create_users() {
    local name
    getent group loopin >/dev/null || groupadd --system loopin
    for name in loopin loopin-owner; do
        id "$name" >/dev/null 2>&1 ||
            useradd --system --gid loopin --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$name"
    done
}

# The code that .dockerignore lets into the image, in a folder named by its contents.
lay_out_release() {
    say "The code"
    local parts name
    mapfile -t parts < <(sed -n 's/^!//p' "$SOURCE/.dockerignore")
    name=$(cd "$SOURCE" && tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
        --exclude=__pycache__ "${parts[@]}" | sha256sum | cut -c1-12)
    RELEASE=/opt/loopin/releases/$name
    mkdir -p "$ROOT$RELEASE" "$ROOT/usr/local/sbin"
    tar --create --directory="$SOURCE" --exclude=__pycache__ "${parts[@]}" |
        tar --extract --directory="$ROOT$RELEASE" --no-same-owner
    mkdir -p "$ROOT$RELEASE/deploy" && cp -r "$SOURCE/deploy/postgresql" "$ROOT$RELEASE/deploy/"
    install --mode=0755 "$HERE/loopin" "$ROOT/usr/local/sbin/loopin"
    echo "$RELEASE"
}

install_requirements() {
    say "The requirements, from wheels whose hashes are pinned"
    local made_by=$RELEASE/venv/made-by
    # What an interruption or another Python of Debian's leaves looks whole, and is not.
    [ "$(cat "$made_by" 2>/dev/null)" != "$(python3 --version)" ] || return 0
    python3 -m venv --clear "$RELEASE/venv"
    "$RELEASE/venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir \
        --require-hashes --only-binary :all: --requirement "$RELEASE/requirements.lock"
    python3 --version >"$made_by"
}

# Static files get names with hashes. The secrets exist for this one command; no database is asked.
collect_static() {
    (cd "$RELEASE" && env ENV_FILE= ENVIRONMENT=prod DATABASE_URL=postgresql:///none MEDIA_ROOT=/nonexistent \
        SECRET_KEY="$(random_key)" JWT_SECRET_KEY="$(random_key)" \
        venv/bin/python manage.py collectstatic --no-input --verbosity=0)
}

create_database() {
    say "The database and its two roles"
    has_systemd || service postgresql start
    as postgres psql --no-psqlrc --quiet --dbname=postgres --set=database=$DATABASE --set=owner=$OWNER \
        --set=runtime=$RUNTIME --file=- <"$SOURCE/deploy/postgresql/roles.sql"
}

random_key() { head -c 48 /dev/urandom | base64 | tr '+/' '-_'; }

# Written once. Only root reads it; systemd hands each service a copy (LoadCredential).
write_settings() {
    say "Settings"
    local file=$ROOT/etc/loopin/loopin.env
    mkdir -p "$ROOT/etc/loopin/legal"
    if [ -e "$file" ]; then
        echo "$file stays as it is"
        return
    fi
    (umask 077 && sed -e "s/loopin\.example/$HOST/g" -e "s/^SECRET_KEY=$/&$(random_key)/" \
        -e "s/^JWT_SECRET_KEY=$/&$(random_key)/" -e "s/^ENCRYPTION_KEYS=$/&$(random_key)/" \
        "$HERE/loopin.env" >"$file.new" && mv "$file.new" "$file")
    echo "$file has fresh secrets"
}

create_folders() {
    install --directory --owner=loopin --group=loopin --mode=0750 /var/lib/loopin /var/lib/loopin/media
    install --directory --owner=loopin --group=loopin --mode=0750 /var/backups/loopin
}

# By the fresh code, while the services go on with theirs. If it fails, they still find it.
migrate() {
    say "Tables"
    LOOPIN_RELEASE=$RELEASE loopin migrate --no-input
    ln --symbolic --force --no-dereference "$RELEASE" /opt/loopin/next
    mv --no-target-directory /opt/loopin/next /opt/loopin/current
}

lay_out_services() {
    mkdir -p "$ROOT/etc/systemd/system"
    cp -r "$HERE/systemd/." "$ROOT/etc/systemd/system/"
}

start_services() {
    say "Services"
    if ! has_systemd; then
        echo "systemd does not run here: start loopin-web, loopin-worker and caddy by hand"
        return
    fi
    systemctl daemon-reload
    systemctl enable --quiet loopin-web loopin-worker loopin-purge.timer loopin-backup.timer caddy
    systemctl restart loopin-worker  # the first, because it may not know what the fresh web writes
    systemctl reload-or-restart loopin-web
    systemctl start loopin-purge.timer loopin-backup.timer
    systemctl reload-or-restart caddy
}

# Caddy 2.6, as Debian has it, has another word for keeping a request until all of it is there.
lay_out_proxy() {
    say "Caddy"
    mkdir -p "$ROOT/etc/caddy" "$ROOT/usr/share/loopin"
    cp "$SOURCE/deploy/proxy/"unavailable.* "$ROOT/usr/share/loopin/"
    local text
    text=$(sed -e "s/loopin\.example/$HOST/" "$SOURCE/deploy/proxy/Caddyfile")
    if caddy version 2>/dev/null | grep -q '^v\?2\.6\.'; then
        text=${text/request_buffers 42MiB/buffer_requests
		max_buffer_size 42MiB}
    fi
    if [ -e "$ROOT/etc/caddy/Caddyfile" ] && ! grep -q '^# Loopin behind Caddy' "$ROOT/etc/caddy/Caddyfile"; then
        cp --no-clobber "$ROOT/etc/caddy/Caddyfile" "$ROOT/etc/caddy/Caddyfile.before-loopin"
    fi
    printf '%s\n' "$text" >"$ROOT/etc/caddy/Caddyfile"
}

remove_old_releases() {
    local old
    find /opt/loopin/releases -mindepth 1 -maxdepth 1 -printf '%T@ %p\n' | sort -rn |
        tail -n "+$((KEPT_RELEASES + 1))" | cut -d' ' -f2 | while read -r old; do
        [ "$old" = "$(readlink /opt/loopin/current)" ] || rm -rf -- "$old"
    done
}

tell() {
    say "Done"
    cat <<END
What only you know is missing: put the account of your SMS provider, your company and who answers
complaints into /etc/loopin/loopin.env, and your privacy notice and terms into /etc/loopin/legal. Then:

    loopin check --deploy --database default
    systemctl restart loopin-web loopin-worker
    loopin createsuperuser

https://$HOST/ is the site, https://$HOST/leads/ the desk; journalctl -t loopin has the log.
END
}

read_arguments "$@"
if [ -n "$ROOT" ]; then
    lay_out_release
    write_settings
    lay_out_services
    lay_out_proxy
    exit
fi
check_ports
install_packages
create_users
lay_out_release
install_requirements
collect_static
create_database
write_settings
create_folders
migrate
lay_out_services
lay_out_proxy
start_services
remove_old_releases
tell

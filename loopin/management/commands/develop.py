import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.http.request import validate_host

from loopin.config.site import SERVED_AT
from loopin.embedded import data_folder
from loopin.serving import options as server_options
from loopin.serving.listening import EVERYWHERE, LOOPBACK
from loopin.serving.server import serve

EMULATOR = "10.0.2.2"
"""The computer, as Android's emulator sees it."""
ELSEWHERE = "192.0.2.1"
"""An IP of no network (RFC 5737), to which packets would take the way into the network."""

ADMIN_NAME = "admin"
ADMIN_PASSWORD = "admin123"  # noqa: S105  for development, which says so


def _refuse_earlier_database() -> None:
    """Raises CommandError if the database has a migration of ours that does not exist any more.

    Its tables then come from other migrations than those here, and Django would add nothing to
    them: every later error would be about a column, and none about the reason.
    """
    loader = MigrationLoader(connection)
    ours = {
        app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR
    }
    applied = {migration for migration in loader.applied_migrations if migration[0] in ours}
    if not applied <= loader.disk_migrations.keys():
        raise CommandError(
            "The database was made by an earlier version of Loopin, whose tables this version"
            f" cannot use: {_how_to_begin_anew()} and start again."
        )


def _how_to_begin_anew() -> str:
    if _is_embedded():
        return f"delete the folder {data_folder()}"
    database = connection.settings_dict
    server = f" on {database['HOST']}" if database["HOST"] else ""
    return f'drop the database "{database["NAME"]}"{server}, create it empty'


def _is_embedded() -> bool:
    return bool(connection.settings_dict["ENGINE"] == "loopin.embedded")


def _address(host: str, port: int) -> str:
    """The address at which a browser on this computer finds the server."""
    name = "localhost" if host in (*LOOPBACK, *EVERYWHERE) else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def _network_ip() -> str:
    """The IP of this computer in its network; "" if it has none. Nothing is sent."""
    with suppress(OSError), socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.connect((ELSEWHERE, 9))
        return str(probe.getsockname()[0])
    return ""


def _how_on_a_phone(host: str, port: int) -> str:
    """How a phone or an emulator finds the server, and what would stand in its way."""
    if host in LOOPBACK:
        where, names = "start with HOST=0.0.0.0", [EMULATOR]
    else:
        name = _network_ip() or "this-computer" if host in EVERYWHERE else host
        where, names = f"{_address(name, port)}/", [EMULATOR, name]
    lines = [f"In Android's emulator: {_address(EMULATOR, port)}/", f"On a phone here: {where}"]
    refused = [name for name in names if not validate_host(name, settings.ALLOWED_HOSTS)]
    if refused:
        lines.append(f"ALLOWED_HOSTS is set, and lacks {' and '.join(refused)}.")
    if not settings.SITE_URL_FOLLOWS_REQUESTS:
        lines.append(f"SITE_URL is set: links and pictures are at {settings.SITE_URL}")
    return "\n".join(lines)


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # the first web process runs them
    help = "Migrate, make sure a development admin exists, and serve. Refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--no-worker", action="store_true", help="`manage.py work` runs elsewhere"
        )

    def handle(self, *args: Any, host: str, port: int, no_worker: bool, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("`develop` is not for production. Use `manage.py serve`.")
        _refuse_earlier_database()
        call_command("migrate", verbosity=0)
        self._ensure_admin()
        self._tell_address(_address(host, port))
        self._print_addresses(host, port)
        connections.close_all()  # the web processes open their own connections
        serve(host, port, server_options.from_settings(), has_worker=not no_worker)

    def _tell_address(self, address: str) -> None:
        """Tell it to the processes that fork from this one, and to those that read settings."""
        os.environ[SERVED_AT] = address
        if settings.SITE_URL_FOLLOWS_REQUESTS:
            settings.SITE_URL = address

    def _ensure_admin(self) -> None:
        users = get_user_model().objects
        if not users.filter(username=ADMIN_NAME).exists():
            users.create_superuser(ADMIN_NAME, password=ADMIN_PASSWORD)

    def _print_addresses(self, host: str, port: int) -> None:
        site = _address(host, port)
        inbox = f"\n  {site}/dev/inbox/     the messages that are not sent, with their codes"
        inbox = inbox if settings.INBOX_PATH else ""
        where = " under var/" if _is_embedded() else ""
        self.stdout.write(
            f"""
Loopin is starting. Worth opening:
  {site}/               sign up, log in, profile
  {site}/leads/         the sales desk
  {site}/django/admin/  the admin
  {site}/api/docs/      the API's documentation{inbox}

{_how_on_a_phone(host, port)}

Staff sign in as {ADMIN_NAME} / {ADMIN_PASSWORD} (this development database only).
Codes are not sent: they show here as "OTP for <number>: <code>".
Stop with Ctrl-C. The data stays{where}.
"""
        )
        self.stdout.flush()

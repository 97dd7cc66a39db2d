"""Who is measured: small production set-ups, each with two processes."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.costs_process import ALL_ON_ONE_DAY
from benchmarks.message import HOST
from benchmarks.peers import clients
from benchmarks.peers.folders import APPS, CODES, PYTHON, SCRATCH
from benchmarks.peers.software import BETTER_AUTH, NODE
from benchmarks.site import ROOT, environment

PORT = 9178
PROCESSES = 2
GTHREAD = ("-k", "gthread", "--threads", "4", "--keep-alive", "30")
"""Gunicorn's own advice for a site behind a proxy: threads, and connections that are kept."""


@dataclass(frozen=True)
class Candidate:
    """`database` is the name of its database; `emptied`: its tables that every start empties."""

    name: str
    client: clients.Client
    command: list[str]
    folder: Path
    database: str
    environment: dict[str, str] = field(default_factory=dict)
    emptied: tuple[str, ...] = ()
    is_peer: bool = True
    is_ours: bool = False

    def settings(self, socket_folder: str) -> dict[str, str]:
        """The variables that its processes get, for the database whose socket is there."""
        if self.is_ours:
            url = f"postgresql://postgres@/{self.database}?host={socket_folder}"
            return environment(url, self.log.parent) | ALL_ON_ONE_DAY | self.environment
        return {
            "CODES": str(CODES),
            "DJANGO_SETTINGS_MODULE": "settings",
            "NODE_ENV": "production",
            "PORT": str(PORT),
            "PYTHONPATH": f"{self.folder}:{APPS}",
            "PGDATABASE": self.database,
            "PGHOST": socket_folder,
            "PGUSER": "postgres",
            **self.environment,
        }

    @property
    def log(self) -> Path:
        """Where ours writes, with the codes that it does not send."""
        return SCRATCH / self.database / "log"


def ours(name: str, root: Path = ROOT, database: str = "loopin", threads: int = 0) -> Candidate:
    """The product as `manage.py serve` runs it; `threads` of a process, unless 0."""
    words = [sys.executable, "manage.py", "serve", "--host", HOST, "--port", str(PORT)]
    return Candidate(
        name,
        clients.Loopin(),
        [*words, "--no-worker"],
        root,
        database,
        {"WORKER_THREADS": str(threads)} if threads else {},
        is_peer=False,
        is_ours=True,
    )


def gunicorn(app: str, *words: str) -> list[str]:
    command = [str(PYTHON / "bin" / "gunicorn"), "-w", str(PROCESSES), "-b", f"{HOST}:{PORT}"]
    return [*command, "--log-level", "warning", "--no-control-socket", *words, app]


def granian(app: str, *words: str) -> list[str]:
    command = [str(PYTHON / "bin" / "granian"), "--interface", "wsgi", "--workers", str(PROCESSES)]
    command += ["--host", HOST, "--port", str(PORT), "--http", "1", "--no-ws"]
    command += ["--blocking-threads", "2", "--backlog", "2048", "--log-level", "warning"]
    return [*command, *words, app]


DJANGO = "django.core.wsgi:get_wsgi_application"

PEERS = (
    Candidate(
        "better-auth, Node",
        clients.BetterAuth(),
        [str(NODE), "server.mjs"],
        BETTER_AUTH.folder,
        "better_auth",
    ),
    Candidate(
        "DRF + simplejwt by hand",
        clients.Client(),
        gunicorn(f"{DJANGO}()", *GTHREAD),
        APPS / "drf",
        "drf",
    ),
    Candidate(
        "FastAPI over Django's ORM",
        clients.Client(),
        gunicorn("asgi:app", "-k", "uvicorn_worker.UvicornWorker"),
        APPS / "fastapi_orm",
        "fastapi_orm",
    ),
    Candidate(
        "drfpasswordless",
        clients.Passwordless(),
        gunicorn(f"{DJANGO}()", *GTHREAD),
        APPS / "drf",
        "drfpasswordless",
        # It reads all of its codes for each new one, so a table that grew would measure that.
        emptied=("drfpasswordless_callbacktoken", "authtoken_token", "people_user"),
    ),
    Candidate(
        "allauth headless",
        clients.Allauth(),
        granian(DJANGO, "--factory"),
        APPS / "allauth_headless",
        "allauth_headless",
    ),
)

BARE = Candidate(
    "bare WSGI function",
    clients.Client(),
    granian("app:application"),
    APPS / "bare_wsgi",
    "bare_wsgi",
    is_peer=False,
)


def chosen(candidates: Iterable[Candidate], only: list[str]) -> list[Candidate]:
    """Those whose name has one of these words in it; all if there are none.

    Raises SystemExit for a word that no name has.
    """
    found = list(candidates)
    names = [candidate.name.lower() for candidate in found]
    for word in only:
        if not any(word.lower() in name for name in names):
            raise SystemExit(f"No candidate is called {word!r}: {', '.join(names)}")
    return [one for one in found if not only or any(w.lower() in one.name.lower() for w in only)]

"""The product as a kit runs it: production's settings, behind a proxy, and a provider of SMS."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy.site import Site
from tests.processes import own_environment
from tests.settings import PROVIDER

HOST = "try.loopin.example"


@dataclass(frozen=True)
class Process:
    """A command of a kit, with its environment."""

    words: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def manage_words(self) -> tuple[str, ...]:
        """What follows `manage.py`, with no address to listen on."""
        python, script, *words = self.words
        assert (Path(python).name, script) == ("python", "manage.py"), self.words
        listening = [n for n, word in enumerate(words) if word in ("--host", "--port")]
        skipped = {*listening, *(n + 1 for n in listening)}
        return tuple(word for n, word in enumerate(words) if n not in skipped)


class Deployed(Site):
    """A site that knows its settings from a kit alone."""

    def deploy(self, code: Path, **settings: str) -> None:
        """`code`: where the commands run. `settings`: the kit's, as far as they hold here."""
        self.code, self.settings = code, settings
        self.headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "203.0.113.7",
        }

    def environment(self) -> dict[str, str]:
        return own_environment() | self.settings | {"TWILIO_API_URL": PROVIDER.url}

    def path(self) -> str:
        """Where commands are looked for: those of this Python and of PostgreSQL first."""
        ours = (Path(sys.executable).parent, Path(self.psql).parent)
        return os.pathsep.join([*map(str, ours), os.environ.get("PATH", os.defpath)])

    def last_code(self, phone_number: str) -> str:
        return PROVIDER.last_code(phone_number)

"""Keeps what the API's description says at a release: `docs/api/1.0.json` for 1.0.0 and 1.0.1.

python -m docs.released_schema

Run it at a release and at no other time. Between releases a test compares the present description
with the kept one and finds what would break clients.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django

from loopin import __version__
from loopin.config.environment import Environment

FOLDER = Path(__file__).resolve().parent / "api"
RELEASE = FOLDER / f"{__version__.rpartition('.')[0]}.json"


def describe() -> dict[str, Any]:
    """The description as a site answers it that has the default of every setting."""
    for name in Environment.model_fields:
        os.environ.pop(name, None)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "loopin.settings", "ENV_FILE": ""}
    django.setup()
    from django.test import Client  # noqa: PLC0415  it reads the settings

    described: dict[str, Any] = Client(SERVER_NAME="localhost").get("/api/openapi.json").json()
    return described


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(describe(), indent=1, ensure_ascii=False)
    RELEASE.write_text(f"{text}\n", encoding="utf-8")
    sys.stdout.write(f"wrote {RELEASE}\n")


if __name__ == "__main__":
    main()

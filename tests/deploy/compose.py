"""`deploy/compose/compose.yaml` as Compose reads it."""

import re
from typing import Any

import yaml

from tests.deploy.deployed import HOST, Process
from tests.docs.markdown import ROOT

FOLDER = ROOT / "deploy" / "compose"
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+):(?P<how>[-?])(?P<word>[^}]*)\}")


def _interpolated(found: re.Match[str]) -> str:
    if found[0] == "$$":
        return "$"
    return found["word"] if found["how"] == "-" else {"SITE_HOST": HOST}[found["name"]]


def load() -> dict[str, Any]:
    """The file with its variables at their defaults, its anchors and merges resolved."""
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(VARIABLE.sub(_interpolated, text))


SERVICES: dict[str, dict[str, Any]] = load()["services"]
PRODUCT = [name for name, service in SERVICES.items() if "env_file" in service]


def process_of(name: str) -> Process:
    return Process(tuple(SERVICES[name]["command"]), SERVICES[name]["environment"])

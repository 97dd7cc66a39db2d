"""Lints the migrations that are not released: squawk reads their SQL, and a rule of ours what
their SQL does not show.

python -m tests.upgrades.lint
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from tests.released import release

EXCEPTIONS = Path(__file__).with_name("exceptions.toml")
SQUAWK = Path(sys.executable).with_name("squawk")
REPEATABLE = re.compile(
    r"\s*(CREATE (UNIQUE )?INDEX CONCURRENTLY|ALTER TABLE \S+ SET \()", re.IGNORECASE
)

Finding = tuple[str, str]
"""The rule, and what is wrong."""


def unreleased() -> list[migrations.Migration]:
    """Our own migrations that the release in the field does not have."""
    kept = release.kept()
    found = MigrationLoader(None).disk_migrations
    return [
        migration
        for (app, name), migration in sorted(found.items())
        if Path(apps.get_app_config(app).path).parent == release.ROOT and not kept.has(app, name)
    ]


def findings_of(migration: migrations.Migration) -> set[Finding]:
    """What is wrong with a migration that Django's loader knows."""
    out = StringIO()
    call_command("sqlmigrate", migration.app_label, migration.name, stdout=out)
    return {*found_by_squawk(out.getvalue()), *found_by_us(migration)}


def found_by_squawk(sql: str) -> Iterator[Finding]:
    """It calls two statements unsafe to repeat that are not: storage parameters may be set again,
    and our `migrate` looks after an index that an earlier attempt left, which IF NOT EXISTS would
    keep unfinished (loopin/migrating/retries.py)."""
    command = [SQUAWK, "--reporter", "json", "--stdin-filepath", "migration.sql"]
    done = subprocess.run(
        command, input=sql, cwd=release.ROOT, capture_output=True, text=True, check=False
    )
    lines = sql.splitlines()
    for found in json.loads(done.stdout):
        line = lines[found["line"]]
        if found["rule_name"] == "prefer-robust-stmts" and REPEATABLE.match(line):
            continue
        yield found["rule_name"], f"{found['message']} {line.strip()[:120]}"


def found_by_us(migration: migrations.Migration) -> Iterator[Finding]:
    has_python = any(isinstance(one, migrations.RunPython) for one in migration.operations)
    if migration.atomic and has_python:
        yield (
            "backfill-in-batches",
            "RunPython in one transaction keeps every row locked that it writes: set atomic ="
            " False, and write in batches that may be repeated.",
        )


def problems(exceptions: dict[str, Any]) -> Iterator[str]:
    """A line for each finding that is no exception, and for each exception that finds nothing."""
    excepted = {
        (f"{app}.{name}", rule)
        for app, names in exceptions.items()
        for name, rules in names.items()
        for rule in rules
    }
    used = set()
    for migration in unreleased():
        label = f"{migration.app_label}.{migration.name}"
        for rule, words in sorted(findings_of(migration)):
            used.add((label, rule))
            if (label, rule) not in excepted:
                yield f"{label}: {rule}: {words}"
    yield from (f"{label}: {rule}: needs no exception" for label, rule in excepted - used)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loopin.settings")
    django.setup()
    found = list(problems(tomllib.loads(EXCEPTIONS.read_text())))
    if found:
        sys.exit("\n".join([*found, "The rules for authors: docs/upgrades.md"]))


if __name__ == "__main__":
    main()

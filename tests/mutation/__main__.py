"""Runs mutmut over the subjects, and says what it found: `python -m tests.mutation [SUBJECT ...]`.

Each subject gets a copy of the project under `var/mutation/` and a database of its own, so that two
run beside each other. What mutmut changes is the bodies of functions; tables of constants and SQL
stay as they are.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import django
from mutmut.stats import status_by_exit_code

from tests.mutation.subjects import SUBJECTS, TOO_SLOW, Subject
from tests.mutation.undecorated import undecorated

PROJECT = Path(__file__).parents[2]
WORK = PROJECT / "var" / "mutation"
APPS = ["accounts", "interests", "leads", "loopin"]
ALSO = ["locale", "manage.py", "pyproject.toml", "static", "templates", "tests"]
MUTMUT = [str(Path(sys.executable).with_name("mutmut"))]

AT_LEAST = 85
"""Percent of the mutants that tests have to notice."""

OPTIONS = "options=-c%20TimeZone%3DUTC"
"""Without the time limits of the product: a busy machine shall notice no mutant."""

PYTEST = ["-p", "no:cacheprovider", *(f"--deselect={test}" for test in TOO_SLOW)]

KILLED = {"killed", "timeout"}


def main() -> None:
    names = sys.argv[1:] or list(SUBJECTS)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    with _databases(names) as addresses, ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_mutate, names, addresses))
    statuses = dict(line for name in names for line in _statuses(WORK / name))
    _write_survivors(names)
    sys.exit(0 if _report(statuses) >= AT_LEAST else 1)


@contextmanager
def _databases(names: list[str]) -> Iterator[list[str]]:
    """The address of a database for each: copies of one that migrations made."""
    from django.db import connection  # which needs the settings

    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "mutants"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    folder = quote(connection.settings_dict["HOST"], safe="")
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for name in names:
            cursor.execute(f"DROP DATABASE IF EXISTS mutants_{name}")
            cursor.execute(f"CREATE DATABASE mutants_{name} TEMPLATE mutants")
        try:
            yield [
                f"postgresql://postgres@/mutants_{name}?host={folder}&{OPTIONS}" for name in names
            ]
        finally:
            for name in names:
                cursor.execute(f"DROP DATABASE mutants_{name} WITH (FORCE)")
            connection.creation.destroy_test_db(before, verbosity=0)


def _mutate(name: str, database: str) -> None:
    subject, folder = SUBJECTS[name], WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    for entry in (*APPS, *ALSO):
        copy = shutil.copytree if (PROJECT / entry).is_dir() else shutil.copy
        (folder / entry).parent.mkdir(parents=True, exist_ok=True)
        copy(PROJECT / entry, folder / entry)
    for pattern in subject.modules:
        for module in folder.glob(pattern):
            module.write_text(undecorated(module.read_text()))
    shutil.copy(PROJECT / "tests/mutation/conftest_of_mutants.py", folder / "conftest.py")
    with (folder / "pyproject.toml").open("a") as file:
        file.write(_configuration(subject))
    with (folder / "mutmut.log").open("w") as log:
        subprocess.run(
            [*MUTMUT, "run", "--max-children", "1"],
            cwd=folder,
            env=os.environ | {"DATABASE_URL": database},
            stdout=log,
            stderr=log,
            check=True,
        )


def _configuration(subject: Subject) -> str:
    values = {
        "source_paths": APPS,
        "also_copy": [*ALSO, "conftest.py"],
        "only_mutate": subject.modules,
        "process_isolation": "forkserver",
        "pytest_add_cli_args": PYTEST,
        "pytest_add_cli_args_test_selection": subject.tests,
        "timeout_constant": 30,
        "timeout_multiplier": 4,
        "use_git_change_detection": False,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    return "\n".join(["", "[tool.mutmut]", *lines, ""])


def _statuses(folder: Path) -> Iterator[tuple[str, str]]:
    """Of each mutant: which module and function it is of, and whether a test noticed it."""
    for file in sorted((folder / "mutants").rglob("*.meta")):
        exit_codes = json.loads(file.read_text())["exit_code_by_key"]
        for mutant, exit_code in exit_codes.items():
            yield mutant, status_by_exit_code[exit_code]


def _report(statuses: dict[str, str]) -> float:
    """Print a line for each module; how many percent of all mutants were noticed."""
    modules: dict[str, Counter[str]] = {}
    for mutant, status in statuses.items():
        module = mutant.rpartition(".")[0]
        modules.setdefault(module, Counter())[status] += 1
    for module, counts in modules.items():
        print(f"{module:40} {_percent(counts):5.1f} %  {dict(counts)}")
    total = sum(modules.values(), Counter())
    print(f"{'together':40} {_percent(total):5.1f} %  {dict(total)}")
    return _percent(total)


def _percent(counts: Counter[str]) -> float:
    killed = sum(counts[status] for status in KILLED)
    return 100 * killed / (counts.total() or 1)


def _write_survivors(names: list[str]) -> None:
    """What each change was that no test noticed, to be read one by one."""
    with (WORK / "survivors.diff").open("w") as file:
        for name in names:
            for mutant, status in _statuses(WORK / name):
                if status not in KILLED:
                    shown = subprocess.run(
                        [*MUTMUT, "show", mutant],
                        cwd=WORK / name,
                        capture_output=True,
                        text=True,
                        check=True,
                    )
                    file.write(shown.stdout)
    print(f"survivors: {WORK / 'survivors.diff'}")


if __name__ == "__main__":
    main()

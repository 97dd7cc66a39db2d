"""Lets `manage.py test` run the tests, which pytest knows how to."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

VERBOSITY = {0: ["--quiet"], 2: ["--verbose"], 3: ["-vv"]}


class PytestRunner:
    """Django's test runner: hands over to pytest, in a process that has the tests' settings.

    Labels are pytest's: folders, files, or `tests/loopin/test_server.py::test_name`.
    """

    def __init__(
        self,
        *,
        verbosity: int = 1,
        failfast: bool = False,
        keepdb: bool = False,
        parallel: str = "",
        patterns: str = "",
        **options: Any,
    ) -> None:
        self.arguments = [
            *VERBOSITY.get(verbosity, []),
            *(["--exitfirst"] if failfast else []),
            *(["--reuse-db"] if keepdb else []),
            *([f"--numprocesses={parallel}", "--dist=loadgroup"] if parallel else []),
            *(["-k", patterns] if patterns else []),
        ]

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """What Django's own runner would take and pytest understands; the rest is refused."""
        parser.add_argument("--keepdb", action="store_true", help="Keep the test database.")
        parser.add_argument(
            "--parallel", nargs="?", const="auto", default="", help="Run in so many processes."
        )
        parser.add_argument("-k", dest="patterns", default="", help="Run tests of such names.")

    def run_tests(self, test_labels: list[str], **kwargs: Any) -> int:
        """Run pytest; 0 if every test passed, and there was one."""
        environment = {n: v for n, v in os.environ.items() if n != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-m", "pytest", *self.arguments, *test_labels]
        return subprocess.run(command, env=environment, check=False).returncode

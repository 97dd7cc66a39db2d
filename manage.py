#!/usr/bin/env python
import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

SETTINGS = "DJANGO_SETTINGS_MODULE"


def _choose_settings() -> None:
    """Settings of another project, which a shell or an environment file may name, are ignored."""
    named = os.environ.setdefault(SETTINGS, "loopin.settings")
    if not (Path(__file__).parent / named.partition(".")[0]).is_dir():
        sys.stderr.write(f"{SETTINGS} names another project's settings, and is ignored.\n")
        os.environ[SETTINGS] = "loopin.settings"


def _run() -> None:
    """`serve` has neither settings nor apps. Its web processes load them, each for itself: one that
    only keeps others running needs a third of the memory without them."""
    if sys.argv[1:2] != ["serve"]:
        execute_from_command_line(sys.argv)
        return
    from loopin.management.commands.serve import main  # noqa: PLC0415  for this command alone

    main(sys.argv)


if __name__ == "__main__":
    _choose_settings()
    try:
        _run()
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(error))  # it says what to mend, and would stand below forty lines of calls

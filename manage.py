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


if __name__ == "__main__":
    _choose_settings()
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(error))  # it says what to mend, and would stand below forty lines of calls

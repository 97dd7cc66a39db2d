"""Production's settings for the tests' server: codes go to the log, and https is not asked for."""

import os
from pathlib import Path

from loopin.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["STATIC_FOLDER"])
SMS_PROVIDER = "log_only"
SECURE_SSL_REDIRECT = False

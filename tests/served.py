"""The product's settings for the server of the tests; the developer's inbox stays as it is."""

import os
from pathlib import Path

from loopin.settings import *  # noqa: F403

if INBOX_PATH:  # noqa: F405
    INBOX_PATH = Path(os.environ["INBOX_PATH"])

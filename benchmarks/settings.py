"""The product's settings as production has them, and one view more: the yardstick.

`ENVIRONMENT=prod` itself would refuse test mode and redirect to https.
"""

import os
from pathlib import Path

from loopin.settings import *  # noqa: F403
from loopin.settings import LOGGING, PUBLIC_ROUTES

FOLDER = Path(os.environ["BENCHMARK_FOLDER"])

ROOT_URLCONF = "benchmarks.urls"
PUBLIC_ROUTES = [*PUBLIC_ROUTES, "api/hello"]

WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
STATIC_ROOT = FOLDER / "static"  # empty: nothing of it is asked for

# Codes are read from the log.
LOGGING["handlers"]["console"] = {  # type: ignore[index]
    "class": "logging.FileHandler",
    "filename": FOLDER / "log",
    "formatter": "line",
}

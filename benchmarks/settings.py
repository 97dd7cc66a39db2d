"""The product's settings as production has them, and one view more: the yardstick.

`ENVIRONMENT=prod` itself would refuse test mode and redirect to https.
"""

import os
from pathlib import Path

from loopin.settings import *  # noqa: F403
from loopin.settings import LOGGING, PUBLIC_ROUTES, STORAGES

FOLDER = Path(os.environ["BENCHMARK_FOLDER"])

ROOT_URLCONF = "benchmarks.urls"
PUBLIC_ROUTES = [*PUBLIC_ROUTES, "api/hello"]

WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
STATIC_ROOT = FOLDER / "static"  # empty, unless a browser comes: nothing else asks for files
if os.environ.get("BENCHMARK_STATIC"):
    STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"

REVEALS_PER_DAY = 100_000  # searches by number count with them

# Codes are read from the log.
LOGGING["handlers"]["console"] = {
    "class": "logging.FileHandler",
    "filename": FOLDER / "log",
    "formatter": "line",
}

"""Production's settings for the server that the attacker meets: pages name their files without
`collectstatic`, which takes longer than many an attack."""

from tests.production import *  # noqa: F403

STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}

"""Where files are kept: uploaded pictures, static files, and the rest."""

from pathlib import Path
from typing import Any

from loopin.config.picture_storage import PictureVariables, picture_storage


def storages(
    env: PictureVariables, media_root: str | Path, *, for_production: bool
) -> dict[str, dict[str, Any]]:
    """Django's `STORAGES`. Production's static files have names that their content decides."""
    static = (
        "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if for_production
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "pictures": picture_storage(env, media_root),
        "staticfiles": {"BACKEND": static},
    }

"""How templates are found and kept, and what each of them knows."""

from pathlib import Path
from typing import Any

# The outer loader finds "page.html#partial", the middle one keeps every template that was parsed.
LOADERS = (
    "template_partials.loader.Loader",
    [
        (
            "django.template.loaders.cached.Loader",
            [
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
        )
    ],
)


def template_settings(folder: Path) -> list[dict[str, Any]]:
    """Django's `TEMPLATES`: those of a folder, and of the apps."""
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [folder],
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                    "django.template.context_processors.i18n",
                    "loopin.web.views.site",
                ],
                "builtins": ["template_partials.templatetags.partials"],
                "loaders": [LOADERS],
            },
        },
    ]

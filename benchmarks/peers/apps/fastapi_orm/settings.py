"""FastAPI over Django's ORM: this product as it was first designed."""

from peer_settings import *  # noqa: F403

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "people"]
MIDDLEWARE: list[str] = []

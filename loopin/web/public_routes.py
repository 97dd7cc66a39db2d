"""The routes that are open to people who are not staff."""

from fnmatch import fnmatchcase
from functools import cache

from django.conf import settings


@cache
def is_public(route: str) -> bool:
    """Whether `PUBLIC_ROUTES` lists the route."""
    return any(fnmatchcase(route, public) for public in settings.PUBLIC_ROUTES)

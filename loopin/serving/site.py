"""The site as a web process serves it. Whoever imports this module loads all of it."""

from django.urls import get_resolver

from loopin.wsgi import application

__all__ = ["application"]

_ = get_resolver().url_patterns  # all views, and what they import

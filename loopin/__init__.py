"""The project: settings, URLs, errors, the server and the worker, which all apps share; only its
modules for URLs and API routers import apps."""

__version__ = "1.0.0"

"""Declares the environment variables, generates their documents, and holds the longest of Django's
settings; `loopin/settings.py` puts all together."""

"""Declares the environment variables, and generates their documents; `loopin/settings.py` turns the
values into Django's settings."""

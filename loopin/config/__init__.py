"""What may be configured: environment variables, declared once, and the documents made from them;
what Django does with the values stands in `loopin/settings.py`."""

"""What may be configured: environment variables, declared once, and documents made from them.

It does not say what Django does with the values; that is in `loopin/settings.py`.
"""

"""The rows of the first design: Django's user, whose name is the number, and a profile."""

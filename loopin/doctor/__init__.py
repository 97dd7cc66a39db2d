"""Examines the host that serves the product, for `manage.py doctor`: what only the database, the
disk, the clock and the network can tell, besides Django's own checks."""

"""Starts and stops the server processes."""

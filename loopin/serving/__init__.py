"""Starts, replaces and stops the server processes."""

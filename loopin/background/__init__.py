"""Periodic tasks, the worker that runs them, and retention. What there is to do, apps register."""

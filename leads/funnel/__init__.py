"""Assigns new leads to agents on shift, and finds sign-ups that stalled."""

"""Applies migrations beside a running site: with time limits of their own, one process at a time,
and again where a lock was not free."""

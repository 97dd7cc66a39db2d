"""Leads that leave and arrive as files."""

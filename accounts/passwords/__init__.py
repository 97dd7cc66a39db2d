"""Passwords are checked, set and reset here, for customers and staff; who may sign in with one is
decided elsewhere."""

"""Passwords are checked, set and reset here, for customers and staff; what a right password permits
is decided elsewhere."""

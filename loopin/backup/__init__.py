"""Copies the database and the pictures into a folder, checks such a copy and brings it back; copies
that PostgreSQL's own tools make are not made here, only noted."""

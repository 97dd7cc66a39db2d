"""Reads files of imports: bytes become rows, columns get a meaning, cells become values; writes
none."""

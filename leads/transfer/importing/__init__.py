"""The steps of an import: a file is stored, read, confirmed, written and undone."""

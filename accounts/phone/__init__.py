"""Phone numbers are read here as people type them, for the API and the pages; who owns a number is
decided elsewhere."""

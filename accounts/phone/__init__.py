"""Phone numbers as people type them are read here, once for every door; who owns a number is not
known here."""

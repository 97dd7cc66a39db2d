"""The SMS providers, one module each, and test mode, which sends nothing; limits and logging of
sending are in `delivery`."""

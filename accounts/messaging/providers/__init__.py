"""The companies that carry messages to phones, one module each beside test mode's, which sends
nothing; limits and log lines of sending lie in `delivery`."""

"""Whether a person may be contacted: they say it here, and receivers of the signal store it."""

"""What is encrypted or hashed with keys of the site, so that the database alone tells nothing."""

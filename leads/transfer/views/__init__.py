"""The pages on which leads leave and arrive as files."""

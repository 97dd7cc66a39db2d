"""How log lines are formatted and redacted, and the line of each request; other events are logged
where they happen."""

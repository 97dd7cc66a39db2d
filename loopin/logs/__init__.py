"""What is written down of a request, and how it is redacted; which events are worth a line is
decided where they happen."""

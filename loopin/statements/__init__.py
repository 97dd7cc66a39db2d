"""SQL that is composed of parts of several models, and the order in which events are followed."""

"""The kinds of events that people can be interested in; who chose which is kept by accounts."""

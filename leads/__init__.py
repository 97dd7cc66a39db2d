"""The sales desk: every number that ever asked for a code, what happened to it, and what staff and
other systems do with it; how people sign in is decided in accounts."""

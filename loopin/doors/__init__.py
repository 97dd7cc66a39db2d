"""Hands each request to the API or to the pages, and holds the middleware that only one of them
needs; what both share about HTTP is in `loopin/web/`."""

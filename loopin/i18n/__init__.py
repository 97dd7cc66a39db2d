"""Which language a request is answered in."""

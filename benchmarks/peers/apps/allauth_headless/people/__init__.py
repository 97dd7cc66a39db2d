"""The user of the peer, and how allauth reaches it."""

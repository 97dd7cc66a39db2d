"""The link with which a person continues a sign-up that stopped."""

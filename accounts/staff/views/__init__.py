"""The pages on which staff sign in, set up their second factor and manage their API tokens."""

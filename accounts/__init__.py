"""People: how they sign up and in, their sessions, profiles and pictures, and what is sent to them;
it knows nothing of the sales desk, which listens to its signals."""

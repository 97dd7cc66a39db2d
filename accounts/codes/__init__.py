"""One-time codes are generated, limited, sent and checked here; what the right code permits is
decided by the package that asked for it."""

"""One-time codes are drawn, limited, sent and proven here; what a proven code opens is decided by
the package that asked for it."""

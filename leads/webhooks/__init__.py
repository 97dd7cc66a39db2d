"""Other systems are told what happens to leads, with signed messages that are tried again until
they arrive."""

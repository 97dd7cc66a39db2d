"""The profile: its sections, the draft that grows step by step, and the moment it is complete; its
pictures have a package of their own."""

"""The profile: its sections, the draft that is filled in step by step, and completing it; pictures
have a package of their own."""

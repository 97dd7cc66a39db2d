"""Tables of events by month: each is made ahead by the worker, and dropped after its retention."""

"""The figures about leads: what is counted, how the counts are kept, and the tables made of
them."""

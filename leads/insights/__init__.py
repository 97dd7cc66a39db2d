"""The figures: what is counted of leads, how the counts are kept, and the tables made of them."""

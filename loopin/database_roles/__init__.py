"""Two roles of PostgreSQL: the owner, who migrates, and the one with which the product runs."""

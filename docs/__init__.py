"""The documents, and what writes into them the facts that the code knows."""

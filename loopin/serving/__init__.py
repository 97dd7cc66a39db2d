"""The server processes and what starts and ends with them."""

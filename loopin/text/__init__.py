"""Reads what people type, for the API and the pages; phone numbers have a package of their own."""

"""Signing up and in by phone, through the API and the pages; the codes and the sessions themselves
have packages of their own."""

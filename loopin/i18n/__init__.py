"""Chooses the language of each request, and finds the texts to translate."""

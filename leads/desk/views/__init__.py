"""The pages of the desk: the list, its saved views, and what is done with many leads at once."""

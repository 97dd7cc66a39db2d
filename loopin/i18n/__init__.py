"""Which language a request is answered in, and how words to translate are found."""

"""Where days begin, and how long people have to wait, in words and as an error."""

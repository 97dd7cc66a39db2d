"""What the documents of both versions promise, played as their apps play it."""

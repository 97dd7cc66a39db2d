"""What the API and the pages share about HTTP: answers, error pages, the client's network, limits
of bodies, and the pages that belong to no app."""

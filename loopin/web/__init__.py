"""What every door shares about HTTP: answers, error pages, the client's network, limits of bodies,
and the pages that belong to no app."""

"""Those who read the API's description: linters, and clients that are made from it."""

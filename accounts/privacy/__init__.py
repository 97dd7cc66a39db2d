"""What people may ask of those who hold their data: consent, a copy of everything, and deletion."""

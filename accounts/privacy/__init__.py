"""What people may ask of those who hold their data: a copy of everything, and deletion."""

"""What people type, read once for every door; phone numbers have a package of their own."""

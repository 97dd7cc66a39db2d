"""`make mutants`: changes the code in small ways, and counts how many of them a test notices."""

"""`migrate` beside a running site, with an app of migrations that are made to wait."""
